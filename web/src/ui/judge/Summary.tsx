import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMs, formatScore } from '@/lib/format';
import { scoreOf } from '@/lib/groups';
import { awaitedOf, type Judging, passedCount } from '@/lib/judge';
import { toneOf, verdictKey } from '@/lib/verdict';
import classes from './Results.module.css';

/** "7 of 9 passed", the slim bar of verdicts, and what the compiler took. Said aloud as it changes. */
export function Summary({ judging }: { judging: Judging }): ReactNode {
  const { t, i18n } = useTranslation();
  const { phase, compile, results, done } = judging;
  const total = awaitedOf(judging);
  const facts = [
    compile && compile.wall_ms > 0
      ? compile.cached
        ? t('results.cached')
        : t('results.compiled', { time: formatMs(compile.wall_ms, i18n.language) })
      : undefined,
  ].filter(Boolean);
  return (
    <div className={classes.summary}>
      <div className="row">
        <b className={toneClass(judging)} role="status" aria-live="polite">
          {headline()}
        </b>
        <span className="grow" />
        <span className="xs faint num">{facts.join(' · ')}</span>
      </div>
      {phase !== 'failed' && judging.kind !== 'own' && (total > 0 || phase === 'running') && (
        <Segments judging={judging} total={total} />
      )}
    </div>
  );

  function headline(): string {
    if (phase === 'failed') return t('results.failed');
    if (phase === 'running') {
      if (results.length > 0) return t('results.progress', { done: results.length, count: total });
      return compile ? t('results.running') : t('results.compiling');
    }
    if (judging.kind === 'own' && done?.status === 'AC') return t('results.ran');
    if (results.length === 0 || judging.kind === 'own') return t(verdictKey(done?.status ?? 'IE'));
    const passed = t('results.passed', { passed: passedCount(results), count: results.length });
    const scored = scoreOf(judging);
    if (!scored) return passed;
    const [score, max] = [scored.score, scored.max].map((each) => formatScore(each, i18n.language));
    return `${passed} · ${t('results.score', { score, max })}`;
  }
}

function toneClass({ phase, done }: Judging): string {
  if (phase === 'running') return 'dim';
  if (phase === 'failed') return 'bad';
  const tone = toneOf(done?.status ?? 'IE');
  return tone === 'plain' ? 'dim' : tone;
}

function Segments({ judging, total }: { judging: Judging; total: number }): ReactNode {
  const { results, phase } = judging;
  const count = Math.max(total, 1);
  return (
    <div
      className={classes.segments}
      aria-hidden="true"
      data-running={phase === 'running' || undefined}
    >
      {Array.from({ length: count }, (_, index) => (
        <i
          key={`segment-${index + 1}`}
          data-tone={results[index] ? toneOf(results[index].status) : undefined}
        />
      ))}
    </div>
  );
}
