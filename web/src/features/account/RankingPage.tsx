import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { useSession } from '@/lib/session';
import type { RankingEntry } from '@/lib/shapes';
import { Avatar, Chip } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, Lines } from '@/ui/states';
import table from '@/ui/Table.module.css';
import { ranking } from './queries';

/** Everybody by points earned; one's own row stays in sight. */
export function RankingPage(): ReactNode {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(ranking);
  const entries = data?.pages.flatMap((each) => each.ranking) ?? [];
  return (
    <Page title={t('ranking.title')} width="read">
      <h1 className={table.title}>{t('ranking.title')}</h1>
      <p className={table.text}>{t('ranking.text')}</p>
      {isPending && <Lines />}
      {error && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data && entries.length === 0 && (
        <Empty drawing="medal" title={t('ranking.none')}>
          {t('ranking.noneWhy')}
        </Empty>
      )}
      {entries.length > 0 && <Ranks entries={entries} me={data?.pages[0]?.me} />}
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

function Ranks({
  entries,
  me,
}: {
  entries: RankingEntry[];
  me: RankingEntry | undefined;
}): ReactNode {
  const { t } = useTranslation();
  const listed = entries.some((each) => each.user_id === me?.user_id);
  return (
    <div className={`card ${table.box}`} data-pinned>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" className={table.narrow}>
              {t('ranking.rank')}
            </th>
            <th scope="col">{t('ranking.who')}</th>
            <th scope="col" className={table.right}>
              {t('ranking.points')}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <Row key={each.user_id} entry={each} own={each.user_id === me?.user_id} />
          ))}
        </tbody>
        {me && !listed && me.user_id !== '0' && (
          <tfoot className={table.pinned}>
            <Row entry={me} own />
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Row({ entry, own }: { entry: RankingEntry; own: boolean }): ReactNode {
  const { t, i18n } = useTranslation();
  const { me } = useSession();
  const name = own && me ? me.nickname : entry.nickname;
  return (
    <tr data-own={own || undefined}>
      <td className={`num ${table.narrow} ${entry.rank <= 3 ? 'b acc' : 'dim'}`}>
        {formatNumber(entry.rank, i18n.language)}
      </td>
      <td>
        <Link to="/users/$userId" params={{ userId: entry.user_id }} className={table.who}>
          <Avatar name={name} picture={entry.picture_url} size={28} />
          <span className="cut">{name}</span>
          {own && <Chip tone="acc">{t('ranking.you')}</Chip>}
        </Link>
      </td>
      <td className={`num b ${table.right}`}>{formatNumber(entry.points, i18n.language)}</td>
    </tr>
  );
}
