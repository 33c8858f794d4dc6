import { Button, Skeleton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, get } from '@/lib/http';
import { modules } from '@/lib/queries';
import { displayName } from '@/lib/session';
import type { Me, Recent } from '@/lib/shapes';
import { Bar, Time } from '@/ui/bits';
import { ModuleCard } from '@/ui/ModuleCard';
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
          <CourseList id="your-courses" title={t('home.yours')} state="begun" />
          <CourseList id="new-for-you" title={t('home.new')} state="new" />
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

interface CourseListProps {
  id: string;
  title: string;
  state: 'new' | 'begun';
}

/** Courses in one state; nothing where there are none. */
function CourseList({ id, title, state }: CourseListProps): ReactNode {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(modules({ state }));
  if (!isPending && !data?.modules.length) return null;
  return (
    <section aria-labelledby={id}>
      <div className={`row ${classes.secHead}`}>
        <h2 className="grow" id={id}>
          {title}
        </h2>
        <Link to="/learn" className="link sm">
          {t('learn.title')}
        </Link>
      </div>
      <div className={classes.cards}>
        {isPending && <Skeleton height={140} radius={12} />}
        {data?.modules.slice(0, 4).map((each) => (
          <ModuleCard key={each.id} module={each} />
        ))}
      </div>
    </section>
  );
}
