import { Button, Skeleton } from '@mantine/core';
import { IconChevronRight, IconStar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { duration } from '@/lib/format';
import { api, get } from '@/lib/http';
import { modules } from '@/lib/queries';
import { displayName } from '@/lib/session';
import type { Me, Module, Recent } from '@/lib/shapes';
import { Bar, Chip, Time } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel } from '@/ui/states';
import classes from './UserHome.module.css';
import { WeekCard } from './WeekCard';

export function UserHome({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const hour = new Date().getHours();
  const part = hour < 5 || hour >= 18 ? 'evening' : hour < 12 ? 'morning' : 'afternoon';
  return (
    <Page title={t('nav.home')} width="home">
      <div className={classes.home}>
        <h1 className={classes.hello}>{t(`home.${part}`, { name: displayName(me) })}</h1>
        <div className={classes.col}>
          <GoOn />
          <NewForYou />
        </div>
        <div className={classes.col}>
          <WeekCard me={me} />
        </div>
      </div>
    </Page>
  );
}

function GoOn(): ReactNode {
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ['recent'],
    queryFn: () => get(api.GET('/api/v1/me/recent')),
  });
  if (isPending) return <Skeleton height={170} radius={12} />;
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  const [first, ...others] = data.recent;
  if (!first) return <Start />;
  return (
    <section className="card">
      <Last recent={first} />
      {others.map((each) => (
        <Link
          key={each.content.id}
          to="/learn/contents/$contentId"
          params={{ contentId: each.content.id }}
          className={classes.item}
        >
          <div className="grow">
            <div className="b">{each.content.title}</div>
            <div className="sm dim">{each.module.title}</div>
          </div>
          <span className="xs faint">
            <Time at={each.worked_at} />
          </span>
          <IconChevronRight size={16} className="faint" />
        </Link>
      ))}
    </section>
  );
}

function Last({ recent }: { recent: Recent }): ReactNode {
  const { t } = useTranslation();
  const { content, module, worked_at } = recent;
  const part = module.content_count > 0 ? module.passed_count / module.content_count : 0;
  return (
    <div className={classes.go}>
      <div className="grow">
        <div className="xs b acc">
          {t('home.goOn')} · <Time at={worked_at} />
        </div>
        <h2>{content.title}</h2>
        <p className="dim sm">
          {module.title}
          {content.summary && ` · ${content.summary}`}
        </p>
        <div className={classes.progress}>
          <Bar value={part} label={t('course.progress')} />
        </div>
        <div className={`xs faint num ${classes.facts}`}>
          {t('course.contentsOf', { done: module.passed_count, count: module.content_count })} ·{' '}
          {t('course.pointsOf', { done: module.points_earned, count: module.points })}
        </div>
      </div>
      <Button
        component={Link}
        to="/learn/contents/$contentId"
        params={{ contentId: content.id } as never}
        size="md"
        rightSection={<IconChevronRight size={16} />}
      >
        {t('home.continue')}
      </Button>
    </div>
  );
}

function Start(): ReactNode {
  const { t } = useTranslation();
  return (
    <section className="card">
      <Empty
        drawing="shelf"
        title={t('home.start')}
        action={
          <Button component={Link} to="/learn">
            {t('home.choose')}
          </Button>
        }
      >
        {t('home.startWhy')}
      </Empty>
    </section>
  );
}

function NewForYou(): ReactNode {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(modules({ state: 'new' }));
  if (!isPending && !data?.modules.length) return null;
  return (
    <section aria-labelledby="new-for-you">
      <div className={`row ${classes.secHead}`}>
        <h2 className="grow" id="new-for-you">
          {t('home.new')}
        </h2>
        <Link to="/learn" className="link sm">
          {t('learn.title')}
        </Link>
      </div>
      <div className={classes.cards}>
        {isPending && [1, 2].map((each) => <Skeleton key={each} height={140} radius={12} />)}
        {data?.modules.slice(0, 4).map((each) => (
          <NewCard key={each.id} module={each} />
        ))}
      </div>
    </section>
  );
}

function NewCard({ module }: { module: Module }): ReactNode {
  const { t } = useTranslation();
  const { unit, count } = duration(module.minutes);
  return (
    <Link
      to="/learn/modules/$moduleId"
      params={{ moduleId: module.id }}
      className={`card ${classes.card}`}
    >
      <div className="row wrap">
        {module.languages.map((each) => (
          <Chip key={each}>{languageName(each)}</Chip>
        ))}
        {module.difficulty && (
          <Chip>{t(`difficulty.${module.difficulty}` as 'difficulty.easy')}</Chip>
        )}
        <span className="grow" />
        <span className="xs faint">{t('course.contents', { count: module.content_count })}</span>
      </div>
      <b>{module.title}</b>
      <p className="sm dim">{module.summary}</p>
      <div className="row xs faint num">
        <IconStar size={14} /> {module.points}
        <span>·</span> {t(`about.${unit}`, { count })}
      </div>
    </Link>
  );
}
