import { IconAlertTriangle, IconCheck, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { formatBytes, formatNumber } from '@/lib/format';
import { languages } from '@/lib/queries';
import type { RunnerSlot, RunnerState } from '@/lib/shapes';
import { Bar, Chip, Time } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { ErrorPanel, Lines } from '@/ui/states';
import table from '@/ui/Table.module.css';
import { RecentRuns } from './RecentRuns';
import classes from './Runner.module.css';
import { useRunner } from './useRunner';

/** What runs programs: slots, queue, cache and recent runs, as they change. */
export function RunnerPage(): ReactNode {
  const { t } = useTranslation();
  const { state, error, retry } = useRunner();
  if (error && !state)
    return (
      <Page title={t('runner.title')} width="form">
        <ErrorPanel whole error={error} retry={retry} />
      </Page>
    );
  return (
    <Page title={t('runner.title')} width="home">
      <div className={table.head}>
        <div className="grow">
          <h1 className={table.title}>{t('runner.title')}</h1>
          <p className={table.text}>{t('runner.text')}</p>
        </div>
        <div className="row wrap" role="status">
          {state && <Sandbox state={state} />}
          {error !== undefined && (
            <Chip tone="warn">
              <IconPlugConnectedX size={14} aria-hidden /> {t('runner.lost')}
            </Chip>
          )}
        </div>
      </div>
      {state ? <Loaded state={state} /> : <Lines />}
    </Page>
  );
}

function Loaded({ state }: { state: RunnerState }): ReactNode {
  const list = useQuery(languages).data?.languages ?? [];
  const nameOf = (key: string): string => list.find((each) => each.key === key)?.name ?? key;
  return (
    <>
      {state.sandbox.status === 'unavailable' && <Broken message={state.sandbox.message} />}
      <div className={classes.cards}>
        <Slots slots={state.slots} nameOf={nameOf} />
        <Queue state={state} />
        <Cache state={state} />
      </div>
      <RecentRuns runs={state.runs} nameOf={nameOf} />
    </>
  );
}

function Sandbox({ state }: { state: RunnerState }): ReactNode {
  const { t } = useTranslation();
  if (state.sandbox.status === 'ok')
    return (
      <Chip tone="ok">
        <IconCheck size={14} aria-hidden /> {t('runner.works')}
      </Chip>
    );
  if (state.sandbox.status === 'unavailable')
    return (
      <Chip tone="bad">
        <IconAlertTriangle size={14} aria-hidden /> {t('runner.broken')}
      </Chip>
    );
  return <Chip>{t('runner.untried')}</Chip>;
}

function Broken({ message }: { message: string | undefined }): ReactNode {
  const { t } = useTranslation();
  return (
    <section className={classes.broken} aria-labelledby="broken">
      <IconAlertTriangle size={20} aria-hidden />
      <div>
        <h2 id="broken">{t('runner.broken')}</h2>
        {message && <p className={classes.message}>{message}</p>}
        <p>
          <Trans i18nKey="runner.brokenHow" components={{ code: <code /> }} />
        </p>
      </div>
    </section>
  );
}

interface SlotsProps {
  slots: RunnerSlot[];
  nameOf: (key: string) => string;
}

function Slots({ slots, nameOf }: SlotsProps): ReactNode {
  const { t } = useTranslation();
  const busy = slots.filter((slot) => slot.busy).length;
  return (
    <section className={`card ${classes.card}`} aria-labelledby="slots">
      <h2 id="slots">{t('runner.slots')}</h2>
      <p className={classes.figure}>{t('runner.slotsBusy', { busy, count: slots.length })}</p>
      <ul className={classes.facts}>
        {slots.map((slot) => (
          <li key={slot.number} data-busy={slot.busy || undefined}>
            <span>{t('runner.slot', { number: slot.number })}</span>
            {slot.busy ? (
              <span className="cut">
                <b>{slot.language ? nameOf(slot.language) : t('runner.inUse')}</b>
                {slot.since !== undefined && (
                  <>
                    {' · '}
                    <Time at={slot.since} />
                  </>
                )}
              </span>
            ) : (
              <span className="faint">{t('runner.free')}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Queue({ state }: { state: RunnerState }): ReactNode {
  const { t, i18n } = useTranslation();
  const all = state.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <section className={`card ${classes.card}`} aria-labelledby="queue">
      <h2 id="queue">{t('runner.queue')}</h2>
      <p className={classes.figure}>
        {all === 0 ? t('runner.queueNone') : t('runner.queueSome', { count: all })}
      </p>
      <ul className={classes.facts}>
        {state.queues.map((queue) => (
          <li key={queue.priority}>
            <span>{t(`runner.priority.${queue.priority}` as 'runner.priority.try')}</span>
            <b className="num">{formatNumber(queue.waiting, i18n.language)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cache({ state }: { state: RunnerState }): ReactNode {
  const { t, i18n } = useTranslation();
  const { bytes, bytes_max, programs, hits, misses } = state.cache;
  return (
    <section className={`card ${classes.card}`} aria-labelledby="cache">
      <h2 id="cache">{t('runner.cache')}</h2>
      <p className={classes.figure}>
        {t('runner.cacheFull', {
          size: formatBytes(bytes, i18n.language),
          max: formatBytes(bytes_max, i18n.language),
        })}
      </p>
      <Bar value={bytes_max > 0 ? bytes / bytes_max : 0} label={t('runner.cacheBar')} />
      <ul className={classes.facts}>
        <li>
          <span>{t('runner.programs', { count: programs })}</span>
        </li>
        <li>
          <span>{t('runner.hits')}</span>
          <b className="num">{formatNumber(hits, i18n.language)}</b>
        </li>
        <li>
          <span>{t('runner.misses')}</span>
          <b className="num">{formatNumber(misses, i18n.language)}</b>
        </li>
      </ul>
    </section>
  );
}
