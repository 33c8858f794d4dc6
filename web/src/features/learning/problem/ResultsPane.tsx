import { Button, Textarea } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import { Results } from '@/ui/judge/Results';
import { Empty, FormProblem } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/Tabs';
import { Accepted } from './Accepted';
import { Console } from './Console';
import classes from './Problem.module.css';
import { RunSubmit } from './RunSubmit';
import type { Problem } from './useProblem';

interface ResultsPaneProps {
  problem: Problem;
  /** For Run and Submit, where they are not elsewhere on the page. */
  runRef?: RefObject<HTMLButtonElement | null>;
}

type TabName = 'tests' | 'own' | 'console';

/** What came of running and submitting. */
export function ResultsPane({ problem, runRef }: ResultsPaneProps): ReactNode {
  const { t } = useTranslation();
  const [tab, setTab] = useState<TabName>('tests');
  const { busy, judging } = problem.judge;
  // It goes on while one looks at something else.
  const [opened, setOpened] = useState(false);
  const go = (next: TabName): void => {
    setTab(next);
    if (next === 'console') setOpened(true);
  };
  // What one starts is watched, whichever way it was started.
  useEffect(() => {
    if (busy) setTab(judging.kind === 'own' ? 'own' : 'tests');
  }, [busy, judging.kind]);
  return (
    <section className={classes.pane} aria-label={t('problem.results')}>
      {runRef && <RunSubmit problem={problem} runRef={runRef} />}
      <div className={`${classes.head} ${classes.foldable}`}>
        <Tabs
          id="results"
          label={t('problem.results')}
          here={tab}
          onChange={go}
          items={[
            { key: 'tests', label: t('problem.tests') },
            { key: 'own', label: t('problem.ownInput') },
            { key: 'console', label: t('console.tab') },
          ]}
        />
      </div>
      <TabPanel id="results" name="tests" here={tab === 'tests'} className={classes.scroll}>
        {judging.kind !== 'own' && <Outcome problem={problem} />}
        {(judging.phase === 'idle' || judging.kind === 'own') && (
          <Empty drawing="medal" title={t('problem.noResults')}>
            {t('problem.noResultsWhy')}
          </Empty>
        )}
      </TabPanel>
      <TabPanel id="results" name="own" here={tab === 'own'} className={classes.scroll}>
        <OwnInput problem={problem} />
        {judging.kind === 'own' && <Outcome problem={problem} />}
      </TabPanel>
      <TabPanel id="results" name="console" here={tab === 'console'} className={classes.scroll}>
        {opened && <Console problem={problem} />}
      </TabPanel>
    </section>
  );
}

function Outcome({ problem }: { problem: Problem }): ReactNode {
  const say = useProblemWords();
  const { judging } = problem.judge;
  if (judging.phase === 'idle') return null;
  const failed = judging.problem;
  return (
    <>
      {failed && (
        <div className={classes.padded}>
          <FormProblem message={say(failed)} traceId={failed.traceId} status={failed.status} />
        </div>
      )}
      <Accepted problem={problem} />
      <Results
        judging={judging}
        editor={problem.editor}
        paths={problem.files.map((file) => file.path)}
        goTo={problem.goTo}
      />
    </>
  );
}

function OwnInput({ problem }: { problem: Problem }): ReactNode {
  const { t } = useTranslation();
  const { interactive, validators } = problem.editor;
  // With a judge to talk to, a test's input is not the program's.
  const example = interactive ? '' : (validators.find((each) => each.visible)?.stdin ?? '');
  const [stdin, setStdin] = useState(example);
  const { judge } = problem;
  return (
    <div className={classes.own}>
      <Textarea
        label={t('problem.ownInput')}
        description={t(interactive ? 'problem.ownInputAlone' : 'problem.ownInputWhy')}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={65_536}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={stdin}
        onChange={(event) => setStdin(event.currentTarget.value)}
      />
      <Button
        variant="default"
        onClick={() => problem.runOwn(stdin)}
        loading={judge.busy && judge.judging.kind === 'own'}
        leftSection={<IconPlayerPlay size={15} />}
      >
        {t('problem.runOwn')}
      </Button>
    </div>
  );
}
