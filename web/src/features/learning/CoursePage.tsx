import { Button, Skeleton } from '@mantine/core';
import { IconAward, IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName, nextContent } from '@/lib/content';
import { duration } from '@/lib/format';
import { module as moduleQuery } from '@/lib/queries';
import { useSession } from '@/lib/session';
import type { Module } from '@/lib/shapes';
import { Chip, Ring } from '@/ui/bits';
import { Markdown } from '@/ui/Markdown';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, Lines } from '@/ui/states';
import classes from './Course.module.css';
import { ModuleSection } from './ModuleSection';

/** A course: what one will be able to do, how far one is, and its contents by module. */
export function CoursePage(): ReactNode {
  const { t } = useTranslation();
  const { moduleId } = useParams({ from: '/learn/modules/$moduleId' });
  const { data, error, isPending, refetch } = useQuery(moduleQuery(moduleId));
  const crumbs = [{ label: t('nav.learn'), to: '/learn' }];
  if (isPending)
    return (
      <Page title={t('loading')} crumbs={crumbs} width="read">
        <Skeleton height={34} width="60%" mb={16} />
        <Skeleton height={56} mb={32} />
        <Lines count={5} height={60} />
      </Page>
    );
  if (error)
    return (
      <Page title={t('error.missing')} crumbs={crumbs} width="read">
        <ErrorPanel whole error={error} retry={() => void refetch()} />
      </Page>
    );
  return <Course course={data} />;
}

function Course({ course }: { course: Module }): ReactNode {
  const { t } = useTranslation();
  const next = nextContent(course);
  const empty = course.modules.length === 0 && course.contents.length === 0;
  return (
    <Page title={course.title} crumbs={[{ label: t('nav.learn'), to: '/learn' }]} width="read">
      <Lead course={course} next={next} />
      {empty && <Empty drawing="shelf" title={t('course.empty')} />}
      {course.contents.length > 0 && (
        <ModuleSection module={{ ...course, modules: [] }} number={1} here={next?.id} plain />
      )}
      {course.modules.map((each, index) => (
        <ModuleSection key={each.id} module={each} number={index + 1} here={next?.id} />
      ))}
    </Page>
  );
}

interface LeadProps {
  course: Module;
  next: ReturnType<typeof nextContent>;
}

function Lead({ course, next }: LeadProps): ReactNode {
  const { t } = useTranslation();
  const { me } = useSession();
  const { unit, count } = duration(course.minutes);
  const { passed_count: done, content_count: all } = course;
  const tags = course.tags.filter((tag) => !course.languages.includes(tag));
  return (
    <div className={classes.lead}>
      <div className={classes.words}>
        <h1>{course.title}</h1>
        <div className={`row wrap ${classes.chips}`}>
          {course.languages.map((each) => (
            <Chip key={each}>{languageName(each)}</Chip>
          ))}
          {course.difficulty && (
            <Chip>{t(`difficulty.${course.difficulty}` as 'difficulty.easy')}</Chip>
          )}
          {tags.map((each) => (
            <Link key={each} to="/learn" search={{ tag: each }} className={classes.tag}>
              {each}
            </Link>
          ))}
          <Chip>
            <IconClock size={14} /> {t(`about.${unit}`, { count })}
          </Chip>
          <Chip>
            <IconAward size={14} /> {t('points.long', { count: course.points })}
          </Chip>
        </div>
        <Go me={me !== null} next={next} />
        <div className={classes.text}>
          <Markdown text={course.description || course.summary} />
        </div>
      </div>
      {me && <Ring done={done} all={all} label={t('course.ring', { done, count: all })} />}
    </div>
  );
}

function Go({ me, next }: { me: boolean; next: LeadProps['next'] }): ReactNode {
  const { t } = useTranslation();
  if (!me)
    return (
      <Button component={Link} to="/sign-up" size="md" className={classes.go ?? ''}>
        {t('course.guest')}
      </Button>
    );
  if (!next) return <p className={`${classes.go} ok b`}>{t('course.done')}</p>;
  return (
    <Link to="/learn/contents/$contentId" params={{ contentId: next.id }} className={classes.go}>
      <Button component="span" size="md">
        {next.begun
          ? t('course.continue', { title: next.title })
          : t('course.begin', { title: next.title })}
      </Button>
    </Link>
  );
}
