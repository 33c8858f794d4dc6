import { IconArrowDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { compareIds } from './core/shapes';
import { useTalk } from './store';
import classes from './Talk.module.css';

interface ToLatestProps {
  channelId: string;
  mark: string;
  onClick: () => void;
}

export function ToLatest({ channelId, mark, onClick }: ToLatestProps): ReactNode {
  const { t } = useTranslation();
  const news = useTalk((state) => {
    const read = state.reads.get(channelId);
    return read !== undefined && compareIds(read.last_message_id, mark) > 0;
  });
  return (
    <button type="button" className={classes.latest} data-new={news || undefined} onClick={onClick}>
      <IconArrowDown size={15} />
      {news && <span className={classes.latestNew}>{t('talk.toNew')} · </span>}
      {t('talk.toLatest')}
    </button>
  );
}
