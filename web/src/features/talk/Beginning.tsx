import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import type { History } from './core/history';
import { type Channel, may, SEND_MESSAGES } from './core/shapes';
import type { Loading } from './core/state';
import { loader } from './live';
import classes from './Talk.module.css';

interface BeginningProps {
  channel: Channel;
  history: History;
  loading: Loading | undefined;
  empty: boolean;
}

/** Above the first message: that it is the first, or that older ones are on their way. */
export function Beginning({ channel, history, loading, empty }: BeginningProps): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const write = may(channel.permissions, SEND_MESSAGES);
  if (history.from === 0)
    return (
      <div className={classes.beginning}>
        <h2>{t('talk.begin', { name: channel.name })}</h2>
        <p className="sm dim">{empty && write ? t('talk.beginEmpty') : t('talk.beginWhy')}</p>
      </div>
    );
  if (loading?.problem)
    return (
      <div className={classes.beginning} role="alert">
        <p className="sm bad">{say(loading.problem)}</p>
        <Button size="xs" variant="default" onClick={() => void loader.older(channel.id)}>
          {t('error.retry')}
        </Button>
      </div>
    );
  return (
    <div className={classes.beginning}>
      <p className="xs faint">{t('talk.loadingOlder')}</p>
    </div>
  );
}
