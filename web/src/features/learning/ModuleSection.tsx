import { IconCheck, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContentSummary, Module } from '@/lib/shapes';
import { keep, recall } from '@/lib/storage';
import classes from './Course.module.css';

interface ModuleSectionProps {
  module: Module;
  number: number;
  /** The content to go on with; its module is unfolded at first. */
  here: string | undefined;
  /** Contents of the course itself: no head to fold. */
  plain?: boolean;
}

const holds = (module: Module, contentId: string | undefined): boolean =>
  module.contents.some((each) => each.id === contentId) ||
  module.modules.some((each) => holds(each, contentId));

/** A module that unfolds; which ones are open is remembered on this device. */
export function ModuleSection({
  module,
  number,
  here,
  plain = false,
}: ModuleSectionProps): ReactNode {
  const [open, setOpen] = useState(
    () => recall<boolean>(`open.${module.id}`) ?? holds(module, here),
  );
  const list = useId();
  const toggle = (): void => {
    setOpen(!open);
    keep(`open.${module.id}`, !open);
  };
  return (
    <section className={`card ${classes.module}`}>
      {!plain && (
        <Head
          module={module}
          number={number}
          open={open}
          list={list}
          now={holds(module, here)}
          onToggle={toggle}
        />
      )}
      {(open || plain) && (
        <div id={list}>
          <ul>
            {module.contents.map((each) => (
              <Row key={each.id} content={each} here={each.id === here} />
            ))}
          </ul>
          {module.modules.map((each, index) => (
            <div key={each.id} className={classes.inner}>
              <ModuleSection module={each} number={index + 1} here={here} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

interface HeadProps {
  module: Module;
  number: number;
  open: boolean;
  list: string;
  now: boolean;
  onToggle: () => void;
}

function Head({ module, number, open, list, now, onToggle }: HeadProps): ReactNode {
  const { t } = useTranslation();
  const { passed_count: done, content_count: all, points, points_earned: earned } = module;
  const passed = module.state === 'passed';
  return (
    <h2 className={classes.heading}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={list}
        className={classes.head}
        onClick={onToggle}
      >
        <span className={classes.number} data-state={passed ? 'passed' : now ? 'now' : undefined}>
          {passed ? <IconCheck size={15} stroke={2.25} aria-label={t('state.passed')} /> : number}
        </span>
        <span className="grow">
          <span className={classes.name}>{module.title}</span>
          <span className="xs faint num">
            {t('course.contentsOf', { done, count: all })} ·{' '}
            {t('course.pointsOf', { done: earned, count: points })}
          </span>
        </span>
        <IconChevronRight size={18} className={`dim ${classes.arrow}`} />
      </button>
    </h2>
  );
}

function Row({ content, here }: { content: ContentSummary; here: boolean }): ReactNode {
  const { t } = useTranslation();
  const { state, kind, difficulty } = content;
  return (
    <li>
      <Link
        to="/learn/contents/$contentId"
        params={{ contentId: content.id }}
        className={classes.row}
        data-here={here || undefined}
      >
        <StateMark state={state} />
        <span className={here ? 'b acc' : ''}>{content.title}</span>
        <span className={classes.facts}>
          <span className="hide-s">
            {kind === 'exercise' && difficulty
              ? t(`difficulty.${difficulty}` as 'difficulty.easy')
              : t(`kind.${kind}` as 'kind.lesson')}
          </span>
          <span className="hide-s num">{t('course.minutes', { count: content.minutes })}</span>
          <span className={`num ${state === 'passed' ? 'ok' : ''}`}>
            {content.points > 0 ? t('points.short', { count: content.points }) : ''}
          </span>
        </span>
      </Link>
    </li>
  );
}

function StateMark({ state }: { state: string }): ReactNode {
  const { t } = useTranslation();
  const label = t(`state.${state}` as 'state.new');
  return (
    <span className={classes.mark} role="img" aria-label={label} title={label}>
      {state === 'passed' ? (
        <IconCheck size={16} stroke={2} className="ok" />
      ) : (
        <i data-state={state} />
      )}
    </span>
  );
}
