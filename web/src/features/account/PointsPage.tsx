import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { useSession } from '@/lib/session';
import type { Me, PointsEntry } from '@/lib/shapes';
import { Time } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, Lines } from '@/ui/states';
import table from '@/ui/Table.module.css';
import classes from './Account.module.css';
import { ledger } from './queries';

/** The ledger: what was earned or spent, for what, and what was there afterwards. */
export function PointsPage(): ReactNode {
  const { t } = useTranslation();
  const { me } = useSession();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(ledger);
  const entries = data?.pages.flatMap((each) => each.points) ?? [];
  return (
    <Page title={t('points.title')} width="read">
      <h1 className={table.title}>{t('points.title')}</h1>
      <p className={table.text}>{t('points.text')}</p>
      {me && !error && <Figures me={me} />}
      {isPending && <Lines />}
      {error && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data && entries.length === 0 && (
        <Empty
          drawing="medal"
          title={t('points.none')}
          action={
            <Button component={Link} to="/learn">
              {t('home.choose')}
            </Button>
          }
        >
          {t('points.noneWhy')}
        </Empty>
      )}
      {entries.length > 0 && <Ledger entries={entries} />}
      {hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </Page>
  );
}

function Figures({ me }: { me: Me }): ReactNode {
  const { t, i18n } = useTranslation();
  const figures = [
    [t('points.balance'), formatNumber(me.points.balance, i18n.language)],
    [t('points.earned'), formatNumber(me.points.earned, i18n.language)],
    [t('points.rank'), t('home.place', { count: me.rank, ordinal: true })],
  ];
  return (
    <dl className={classes.figures}>
      {figures.map(([name, value]) => (
        <div key={name} className="card">
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Ledger({ entries }: { entries: PointsEntry[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={`card ${table.box}`}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('points.what')}</th>
            <th scope="col">{t('points.when')}</th>
            <th scope="col" className={table.right}>
              {t('points.amount')}
            </th>
            <th scope="col" className={`${table.right} hide-s`}>
              {t('points.after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <Row key={each.id} entry={each} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry }: { entry: PointsEntry }): ReactNode {
  const { i18n } = useTranslation();
  const gain = entry.amount > 0;
  return (
    <tr>
      <td>
        {entry.content_id ? (
          <Link
            to="/learn/contents/$contentId"
            params={{ contentId: entry.content_id }}
            className={table.who}
          >
            {entry.reason}
          </Link>
        ) : (
          entry.reason
        )}
      </td>
      <td className="dim sm">
        <Time at={entry.created_at} />
      </td>
      <td className={`b ${table.right} ${gain ? 'ok' : ''}`}>
        {gain ? '+' : ''}
        {formatNumber(entry.amount, i18n.language)}
      </td>
      <td className={`dim ${table.right} hide-s`}>{formatNumber(entry.balance, i18n.language)}</td>
    </tr>
  );
}
