import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatMs } from '@/lib/format';
import { isOn, type LiveDone, type LiveState } from '@/lib/liveRun';
import { toneOf, verdictKey } from '@/lib/verdict';
import { VerdictIcon } from '@/ui/judge/VerdictIcon';
import classes from './Problem.module.css';

/** Below the terminal: what is going on, and in the end how it ended. Said aloud as it changes. */
export function ConsoleStatus({ state }: { state: LiveState }): ReactNode {
  const { t, i18n } = useTranslation();
  const { phase, done, problem } = state;
  const verdict = wordStatus(state);
  const tone = toneOf(verdict);
  return (
    <div className={classes.consoleEnd}>
      <div className="row wrap grow" role="status">
        <span className={`row ${tone === 'plain' ? 'dim' : tone}`}>
          {phase !== 'idle' && <VerdictIcon status={verdict} />}
          {words(state, t)}
        </span>
        {done && ran(done) && <span className="dim num">{facts(done, t, i18n.language)}</span>}
        {done?.status === 'WTLE' && !problem && <span className="dim">{t('console.tooLong')}</span>}
        {done?.truncated && <span className="dim">{t('console.cut')}</span>}
      </div>
      {isOn(state) && <span className="hide-s for-keys xs faint">{t('console.leave')}</span>}
    </div>
  );
}

const ran = ({ status }: LiveDone): boolean => status !== 'CE' && status !== 'CTLE';

/** The status that its icon and colour are of. */
function wordStatus(state: LiveState): string {
  if (isOn(state)) return 'RUNNING';
  if (state.problem) return 'IE';
  if (state.stopped || state.done?.signal === 'SIGINT') return 'CANCELED';
  return state.done?.status ?? 'CANCELED';
}

function words({ phase, stopped, done, problem }: LiveState, t: TFunction): string {
  switch (phase) {
    case 'idle':
      return t('console.why');
    case 'connecting':
      return t('console.connecting');
    case 'compiling':
      return t('results.compiling');
    case 'running':
      return t(stopped ? 'console.stopping' : 'results.running');
  }
  if (problem) return t('console.failed');
  if (stopped || !done) return t('console.stopped');
  if (done.signal === 'SIGINT') return t('console.interrupted');
  return done.status === 'AC' ? t('results.ran') : t(verdictKey(done.status));
}

function facts(done: LiveDone, t: TFunction, locale: string): string {
  const { signal, exit_code, cpu_ms, memory_bytes } = done;
  return [
    signal ?? t('results.exit', { code: exit_code }),
    formatMs(cpu_ms, locale),
    formatBytes(memory_bytes, locale),
  ].join(' · ');
}
