import { IconCircleCheck, IconStar } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { duration } from '@/lib/format';
import type { Module } from '@/lib/shapes';
import { Bar, Chip } from '@/ui/bits';
import classes from './ModuleCard.module.css';

export function ModuleCard({ module }: { module: Module }): ReactNode {
  const { t } = useTranslation();
  const { unit, count } = duration(module.minutes);
  const { state, passed_count: done, content_count: all } = module;
  return (
    <Link
      to="/learn/modules/$moduleId"
      params={{ moduleId: module.id }}
      className={`card ${classes.card}`}
    >
      <div className={classes.head}>
        <div className="row wrap grow">
          {module.languages.map((each) => (
            <Chip key={each}>{languageName(each)}</Chip>
          ))}
          {module.difficulty && (
            <Chip>{t(`difficulty.${module.difficulty}` as 'difficulty.easy')}</Chip>
          )}
        </div>
        {state === 'passed' && (
          <Chip tone="ok">
            <IconCircleCheck size={14} /> {t('state.passed')}
          </Chip>
        )}
        {state === 'begun' && <Chip tone="acc">{t('state.begun')}</Chip>}
      </div>
      <h2>{module.title}</h2>
      <p className="sm dim">{module.summary}</p>
      <div className={classes.foot}>
        <div className="row xs faint num">
          <IconStar size={14} /> {module.points}
          <span>·</span> {t(`about.${unit}`, { count })}
          <span className="grow" />
          {state === 'begun'
            ? t('course.contentsOf', { done, count: all })
            : t('course.contents', { count: all })}
        </div>
        {state === 'begun' && <Bar value={done / Math.max(all, 1)} label={t('course.progress')} />}
      </div>
    </Link>
  );
}
