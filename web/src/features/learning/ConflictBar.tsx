import { Button, Modal, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '@/lib/format';
import classes from './Draft.module.css';
import type { SavedDraft } from './useDraft';

const Compare = lazy(() => import('./Compare'));

/** Two texts of one draft: nothing is lost until one is chosen. */
export function ConflictBar({ draft }: { draft: SavedDraft }): ReactNode {
  const { t, i18n } = useTranslation();
  const [comparing, setComparing] = useState(false);
  const { theirs } = draft;
  if (!theirs) return null;
  return (
    <div className={classes.conflict} role="alert">
      <IconAlertTriangle size={18} />
      <div className="grow">
        <b>{t('draft.conflictTitle', { time: formatClock(theirs.saved_at, i18n.language) })}</b>
        <div className="sm">{t('draft.conflictText')}</div>
      </div>
      {theirs.files.length > 0 && (
        <Button size="xs" variant="default" onClick={() => setComparing(true)}>
          {t('draft.compare')}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={draft.takeTheirs}>
        {t('draft.theirs')}
      </Button>
      <Button size="xs" onClick={draft.keepMine}>
        {t('draft.mine')}
      </Button>
      <Modal
        opened={comparing}
        onClose={() => setComparing(false)}
        size="90%"
        title={t('draft.compareTitle')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Suspense fallback={<Skeleton height={400} />}>
          <Compare mine={draft.work.files} theirs={theirs.files} />
        </Suspense>
      </Modal>
    </div>
  );
}
