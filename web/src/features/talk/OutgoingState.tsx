import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import type { Outgoing as OutgoingMessage } from './core/outbox';
import { sender } from './live';
import classes from './Talk.module.css';
import { useNow } from './useNow';

/** How far a message has come, and what one can do about it. */
export function Outgoing({ outgoing }: { outgoing: OutgoingMessage }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const { state, nonce, problem } = outgoing;
  if (state === 'sending' || (state === 'waiting' && !problem))
    return <span className={classes.silent}>{t('talk.sending')}</span>;
  return (
    <div className={classes.fate} data-failed={state === 'failed' || undefined} role="status">
      {state === 'failed' ? <IconAlertTriangle size={15} /> : <IconClock size={15} />}
      {state === 'failed' && problem ? (
        <span>{t('talk.failed', { why: say(problem) })}</span>
      ) : (
        <Waiting outgoing={outgoing} />
      )}
      <button type="button" onClick={() => sender.retry(nonce)}>
        {t('talk.retry')}
      </button>
      <button type="button" onClick={() => sender.discard(nonce)}>
        {t('talk.discard')}
      </button>
    </div>
  );
}

function Waiting({
  outgoing: { problem, notBefore = 0 },
}: {
  outgoing: OutgoingMessage;
}): ReactNode {
  const { t } = useTranslation();
  const now = useNow(500);
  if (problem?.status !== 429) return <span>{t('talk.waiting')}</span>;
  const seconds = Math.max(0, Math.ceil((notBefore - now) / 1000));
  // A screen reader hears it once and not each second.
  return (
    <>
      <span className={classes.silent}>{t('talk.slow', { count: problem.retryAfterS ?? 1 })}</span>
      <span aria-hidden="true" className="num">
        {t('talk.slow', { count: seconds })}
      </span>
    </>
  );
}
