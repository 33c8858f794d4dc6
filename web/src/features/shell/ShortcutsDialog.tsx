import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyNames } from '@/lib/keys';
import { shortcutsHere } from '@/lib/shortcuts';
import { Keys } from '@/ui/bits';
import classes from './Palette.module.css';

export default function ShortcutsDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [shortcuts] = useState(shortcutsHere);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className={classes.shortcuts}>
        {shortcuts.map((shortcut) => (
          <div key={shortcut.keys}>
            <dt>{shortcut.label}</dt>
            <dd>
              <Keys keys={keyNames(shortcut.keys)} />
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
