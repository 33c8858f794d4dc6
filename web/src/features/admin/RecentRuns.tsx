import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMs } from '@/lib/format';
import type { RecentRun } from '@/lib/shapes';
import { toneOf, verdictKey } from '@/lib/verdict';
import { Bar, Chip, Time } from '@/ui/bits';
import { VerdictIcon } from '@/ui/judge/VerdictIcon';
import { Empty } from '@/ui/states';
import table from '@/ui/Table.module.css';
import { profile } from './queries';
import classes from './Runner.module.css';

interface RecentRunsProps {
  runs: RecentRun[];
  nameOf: (language: string) => string;
}

export function RecentRuns({ runs, nameOf }: RecentRunsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h2 className={classes.recent} id="recent">
        {t('runner.runs')}
      </h2>
      {runs.length === 0 ? (
        <Empty drawing="shelf" title={t('runner.none')}>
          {t('runner.noneWhy')}
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={`card ${table.box}`} aria-labelledby="recent" tabIndex={0}>
          <table className={`${table.table} ${classes.runs}`}>
            <thead>
              <tr>
                <th scope="col">{t('runner.started')}</th>
                <th scope="col">{t('runner.who')}</th>
                <th scope="col">{t('runner.language')}</th>
                <th scope="col">{t('runner.verdict')}</th>
                <th scope="col">{t('runner.tests')}</th>
                <th scope="col" className={table.right}>
                  {t('runner.waited')}
                </th>
                <th scope="col" className={table.right}>
                  {t('runner.ran')}
                </th>
                <th scope="col" className={table.right}>
                  {t('runner.cpu')}
                </th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <Row key={run.id} run={run} language={nameOf(run.language)} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function Row({ run, language }: { run: RecentRun; language: string }): ReactNode {
  const { t, i18n } = useTranslation();
  const time = (ms: number | undefined): string =>
    ms === undefined ? '–' : formatMs(ms, i18n.language);
  return (
    <tr>
      <td className="dim">
        <Time at={run.started_at} />
      </td>
      <td>
        <Who userId={run.user_id} />
      </td>
      <td>
        {language}
        {run.cached && <span className={`xs faint ${classes.cached}`}>{t('runner.cached')}</span>}
      </td>
      <td>
        <Chip tone={toneOf(run.status)}>
          <VerdictIcon status={run.status} />
          {t(verdictKey(run.status), run.status)}
        </Chip>
        {run.error && <span className={`xs faint mono ${classes.cached}`}>{run.error}</span>}
      </td>
      <td className={classes.tests}>
        {run.run_ms === undefined && (
          <Bar
            value={run.tests_done / run.tests}
            label={t('runner.testsDone', { done: run.tests_done, count: run.tests })}
          />
        )}
        <span className="num dim">
          {run.tests_done} / {run.tests}
        </span>
      </td>
      <td className={`num ${table.right}`}>{time(run.queue_ms)}</td>
      <td className={`num ${table.right}`}>{time(run.run_ms)}</td>
      <td className={`num ${table.right}`}>{time(run.cpu_ms)}</td>
    </tr>
  );
}

function Who({ userId }: { userId: string }): ReactNode {
  const { t } = useTranslation();
  const signedIn = userId !== '0';
  const { data } = useQuery({ ...profile(userId), enabled: signedIn, staleTime: 600_000 });
  if (!signedIn) return <span className="faint">{t('runner.guest')}</span>;
  return (
    <Link to="/users/$userId" params={{ userId }} className={table.who}>
      <span className="cut">{data?.nickname ?? userId}</span>
    </Link>
  );
}
