import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatNumber } from '@/lib/format';
import { Avatar } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { ErrorPanel } from '@/ui/states';
import classes from './Account.module.css';
import { profile } from './queries';

/** What others see of a person. */
export function PublicProfilePage(): ReactNode {
  const { t, i18n } = useTranslation();
  const { userId } = useParams({ from: '/users/$userId' });
  const { data, error, isPending, refetch } = useQuery(profile(userId));
  const crumbs = [{ label: t('ranking.title'), to: '/ranking' }];
  if (isPending)
    return (
      <Page title={t('loading')} crumbs={crumbs} width="read">
        <Skeleton height={72} mb={24} />
        <Skeleton height={90} />
      </Page>
    );
  if (error)
    return (
      <Page title={t('error.missing')} crumbs={crumbs} width="read">
        <ErrorPanel whole error={error} retry={() => void refetch()} />
      </Page>
    );
  const figures = [
    [t('points.earned'), formatNumber(data.points, i18n.language)],
    [t('points.rank'), t('home.place', { count: data.rank, ordinal: true })],
  ];
  return (
    <Page title={data.nickname} crumbs={crumbs} width="read">
      <div className={classes.head}>
        <Avatar name={data.nickname} picture={data.picture_url} size={72} />
        <div>
          <h1>{data.nickname}</h1>
          <p className="dim">
            {t('profile.since', { day: formatDay(data.created_at, i18n.language) })}
          </p>
        </div>
      </div>
      <dl className={classes.figures}>
        {figures.map(([name, value]) => (
          <div key={name} className="card">
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
    </Page>
  );
}
