import { Button, VisuallyHidden } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconArrowRight, IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitleOf } from '../useTitleOf';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

/** A small moment: it passed, the points count up, and what comes next is a key away. */
export function Accepted({ problem }: { problem: Problem }): ReactNode {
  const { t } = useTranslation();
  const { content, judge } = problem;
  const { done, kind } = judge.judging;
  const next = useTitleOf(content, content.next_content_id);
  if (kind !== 'submit' || done?.status !== 'AC') return null;
  const top = content.crumbs[0]?.module_id;
  return (
    <div className={classes.accepted}>
      <IconCircleCheck size={28} stroke={1.75} className={classes.pop} />
      <div className="grow">
        <b>{t('accepted.title')}</b>
        <div className="sm num">
          {done.points > 0 ? <Counting to={done.points} /> : t('accepted.already')}
        </div>
      </div>
      {content.next_content_id ? (
        <Link to="/learn/contents/$contentId" params={{ contentId: content.next_content_id }}>
          <Button component="span" rightSection={<IconArrowRight size={16} />}>
            {next ? t('accepted.next', { title: next }) : t('lesson.nextPlain')}
          </Button>
        </Link>
      ) : (
        top && (
          <Link to="/learn/modules/$moduleId" params={{ moduleId: top }}>
            <Button component="span">{t('accepted.course')}</Button>
          </Link>
        )
      )}
    </div>
  );
}

const COUNT_MS = 700;

function Counting({ to }: { to: number }): ReactNode {
  const { t } = useTranslation();
  const still = useReducedMotion();
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (still) return;
    const begin = performance.now();
    let frame = 0;
    const step = (now: number): void => {
      const part = Math.min(1, (now - begin) / COUNT_MS);
      setShown(Math.round(to * (1 - (1 - part) ** 3)));
      if (part < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [to, still]);
  return (
    <>
      <span aria-hidden="true">{t('accepted.points', { count: still ? to : shown })}</span>
      <VisuallyHidden role="status">{t('accepted.points', { count: to })}</VisuallyHidden>
    </>
  );
}
