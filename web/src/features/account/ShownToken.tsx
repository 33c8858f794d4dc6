import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/ui/bits';
import classes from './Account.module.css';

/** The only time that a token is seen. Closed by its button, not by a click beside it. */
export function ShownToken({ token, onClose }: { token: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tokens.made')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className="col">
        <p className="warn">{t('tokens.once')}</p>
        <div className={classes.token}>
          <span className="grow" data-testid="token">
            {token}
          </span>
          <CopyButton text={token} label={t('tokens.copy')} />
        </div>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose} data-autofocus>
            {t('tokens.doneCopying')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
