import { IconAlertTriangle, IconCheck, IconCloudOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '@/lib/format';
import { useProblemWords } from '@/lib/problemWords';
import { signInUrl } from '@/lib/session';
import classes from './Draft.module.css';
import type { SavedDraft } from './useDraft';

/** "Saved 12:03:05", "Saving…", "Offline, kept on this device". */
export function DraftStatus({ draft }: { draft: SavedDraft }): ReactNode {
  return (
    <span role="status" className={classes.status}>
      <Words draft={draft} />
    </span>
  );
}

function Words({ draft: { state, refusal } }: { draft: SavedDraft }): ReactNode {
  const { t, i18n } = useTranslation();
  const say = useProblemWords();
  switch (state.phase) {
    case 'loading':
      return null;
    case 'clean':
      if (state.savedAt === 0) return null;
      return (
        <span className="ok">
          <IconCheck size={15} />
          <span>{t('draft.saved', { time: formatClock(state.savedAt, i18n.language) })}</span>
        </span>
      );
    case 'dirty':
      return <span className="faint">{t('draft.unsaved')}</span>;
    case 'saving':
      return <span className="faint">{t('draft.saving')}</span>;
    case 'offline':
      if (refusal?.status === 401)
        return (
          <a className="warn link" href={signInUrl(location.pathname + location.search)}>
            {t('draft.signedOut')}
          </a>
        );
      return (
        <span className="warn" title={refusal && say(refusal)}>
          <IconCloudOff size={15} />
          <span>{t('draft.offline')}</span>
        </span>
      );
    case 'refused':
      return (
        <span className="bad">
          <IconAlertTriangle size={15} />
          <span>{refusal ? say(refusal) : t('error.failed')}</span>
        </span>
      );
    case 'conflict':
      return (
        <span className="warn">
          <IconAlertTriangle size={15} />
          <span>{t('draft.conflict')}</span>
        </span>
      );
  }
}
