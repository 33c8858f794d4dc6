import { VisuallyHidden } from '@mantine/core';
import { IconCircleCheck, IconClock, IconDatabase, IconStar } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { componentsOf } from '@/lib/content';
import { formatBytes, formatMs } from '@/lib/format';
import { isFinal } from '@/lib/judge';
import type { Me } from '@/lib/shapes';
import { Chip } from '@/ui/bits';
import { Markdown } from '@/ui/Markdown';
import { Empty } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/Tabs';
import { Hints } from '../Hints';
import { submissions } from '../queries';
import { History } from './History';
import { InteractiveNote } from './InteractiveNote';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

type TabName = 'statement' | 'hints' | 'history';

/** What is asked; hints, each opened by itself; what was submitted before. */
export function StatementPane({ problem }: { problem: Problem; me: Me }): ReactNode {
  const { t } = useTranslation();
  const [tab, setTab] = useState<TabName>('statement');
  const { hints } = problem.component;
  const count = useUnfinished(problem);
  const items = [
    { key: 'statement' as const, label: t('problem.statement') },
    { key: 'hints' as const, label: <Counted text={t('problem.hints')} count={hints.length} /> },
    { key: 'history' as const, label: <Counted text={t('problem.history')} count={count} /> },
  ];
  return (
    <section className={classes.pane} aria-label={t('problem.statement')}>
      {tab !== 'statement' && (
        <VisuallyHidden component="h1">{problem.content.title}</VisuallyHidden>
      )}
      <div className={`${classes.head} ${classes.foldable}`}>
        <Tabs
          id="statement"
          label={t('problem.statement')}
          here={tab}
          onChange={setTab}
          items={items}
        />
      </div>
      <TabPanel id="statement" name="statement" here={tab === 'statement'} className={classes.read}>
        <Statement problem={problem} />
      </TabPanel>
      <TabPanel id="statement" name="hints" here={tab === 'hints'} className={classes.padded}>
        {hints.length > 0 ? (
          <Hints hints={hints} />
        ) : (
          <Empty drawing="nothing" title={t('problem.noHints')}>
            {t('problem.noHintsWhy')}
          </Empty>
        )}
      </TabPanel>
      <TabPanel id="statement" name="history" here={tab === 'history'} className={classes.scroll}>
        {tab === 'history' && <History problem={problem} />}
      </TabPanel>
    </section>
  );
}

function Counted({ text, count }: { text: string; count: number }): ReactNode {
  return (
    <>
      {text}
      {count > 0 && <span className="faint num">{count}</span>}
    </>
  );
}

/** How many there are; one that was still judged when the page was left is followed again. */
function useUnfinished(problem: Problem): number {
  const { data } = useInfiniteQuery(submissions(problem.component.id, false));
  const all = data?.pages.flatMap((page) => page.submissions) ?? [];
  const first = all[0];
  const { judge } = problem;
  const asked = useRef(false);
  useEffect(() => {
    if (!data || asked.current) return;
    asked.current = true;
    if (first && !isFinal(first.status) && judge.judging.phase === 'idle') judge.watch(first.id);
  }, [data, first, judge]);
  return all.length;
}

function Statement({ problem }: { problem: Problem }): ReactNode {
  const { t, i18n } = useTranslation();
  const { content, component, editor } = problem;
  const { cpu_ms, memory_bytes } = editor.limits ?? {};
  const text = componentsOf(content).flatMap((each) => (each.markdown !== undefined ? [each] : []));
  const points = component.points || content.points;
  const hidden = editor.validators.filter((each) => !each.visible).length;
  return (
    <>
      <h1>{content.title}</h1>
      <div className={classes.facts}>
        {points > 0 && (
          <Chip tone="acc">
            <IconStar size={14} /> {t('points.long', { count: points })}
          </Chip>
        )}
        {content.difficulty && (
          <Chip>{t(`difficulty.${content.difficulty}` as 'difficulty.easy')}</Chip>
        )}
        {cpu_ms !== undefined && (
          <Chip>
            <IconClock size={14} aria-label={t('problem.time')} /> {formatMs(cpu_ms, i18n.language)}
          </Chip>
        )}
        {memory_bytes !== undefined && (
          <Chip>
            <IconDatabase size={14} aria-label={t('problem.memory')} />{' '}
            {formatBytes(memory_bytes, i18n.language)}
          </Chip>
        )}
        {hidden > 0 && <Chip>{t('problem.hidden', { count: hidden })}</Chip>}
        {content.state === 'passed' && (
          <Chip tone="ok">
            <IconCircleCheck size={14} /> {t('state.passed')}
          </Chip>
        )}
      </div>
      {editor.interactive && <InteractiveNote language={problem.starter.language} />}
      {text.map((each) => (
        <Markdown key={each.id} text={each.markdown ?? ''} />
      ))}
    </>
  );
}
