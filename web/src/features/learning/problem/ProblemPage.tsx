import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, type RefObject, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { awaitedOf, passedCount } from '@/lib/judge';
import type { Component, Content, Draft, Editor, Me } from '@/lib/shapes';
import { useShortcuts } from '@/lib/shortcuts';
import { Chip } from '@/ui/bits';
import { ErrorPanel, Lines } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/Tabs';
import { EditorPane } from './EditorPane';
import { Panes } from './Panes';
import classes from './Problem.module.css';
import { ResultsPane } from './ResultsPane';
import { RunSubmit } from './RunSubmit';
import { StatementPane } from './StatementPane';
import { type ChosenLanguage, useLanguage } from './useLanguage';
import { type Problem, type Starter, useProblem } from './useProblem';

interface ProblemPageProps {
  content: Content;
  component: Component;
  me: Me;
}

/** An exercise: statement | editor | results; on a phone, tabs. */
export default function ProblemPage({ content, component, me }: ProblemPageProps): ReactNode {
  const { editor } = component;
  if (!editor) return null;
  return <InLanguage content={content} component={component} editor={editor} me={me} />;
}

function InLanguage({ editor, ...props }: ProblemPageProps & { editor: Editor }): ReactNode {
  const language = useLanguage(props.component.id, editor, props.me);
  // Kept while the language changes.
  const [pane, setPane] = useState<PaneName>('statement');
  const { starter, server } = language;
  if (language.error) return <ErrorPanel error={language.error} retry={language.retry} />;
  if (!starter || !server) return <Lines count={3} height={200} />;
  return (
    <Work
      key={starter.language}
      {...props}
      editor={editor}
      starter={starter}
      server={server}
      language={language}
      pane={pane}
      onPane={setPane}
    />
  );
}

interface WorkProps extends ProblemPageProps {
  editor: Editor;
  starter: Starter;
  server: Draft;
  language: ChosenLanguage;
  pane: PaneName;
  onPane: (pane: PaneName) => void;
}

type PaneName = 'statement' | 'editor' | 'results';

function Work({ language, pane, onPane, ...options }: WorkProps): ReactNode {
  const { t } = useTranslation();
  const problem = useProblem({ ...options, language });
  const narrow = useMediaQuery('(max-width: 900px)', window.innerWidth <= 900, {
    getInitialValueInEffect: false,
  });
  const run = useRef<HTMLButtonElement>(null);
  const shown = withPanes(problem, onPane);
  useShortcuts('problem', [
    { keys: 'mod+Enter', label: t('shortcuts.submit'), run: shown.submit, everywhere: true },
    { keys: "mod+'", label: t('shortcuts.run'), run: shown.run, everywhere: true },
    { keys: 'Escape', label: t('shortcuts.leave'), run: () => {} },
  ]);
  const panes = {
    statement: <StatementPane problem={shown} me={options.me} />,
    editor: (
      <EditorPane
        problem={shown}
        onLanguage={language.choose}
        onLeave={() => run.current?.focus()}
      />
    ),
    results: <ResultsPane problem={shown} {...(!narrow && { runRef: run })} />,
  };
  return narrow ? (
    <Tabbed problem={shown} runRef={run} pane={pane} onPane={onPane} panes={panes} />
  ) : (
    <Panes {...panes} />
  );
}

/** On a phone what one starts is watched, and a compiler's place is gone to. */
function withPanes(problem: Problem, setPane: (pane: PaneName) => void): Problem {
  const showing = <A extends unknown[]>(pane: PaneName, act: (...args: A) => void) => {
    return (...args: A): void => {
      setPane(pane);
      act(...args);
    };
  };
  return {
    ...problem,
    run: showing('results', problem.run),
    runOwn: showing('results', problem.runOwn),
    submit: showing('results', problem.submit),
    goTo: showing('editor', problem.goTo),
    startFrom: showing('editor', problem.startFrom),
  };
}

interface TabbedProps {
  problem: Problem;
  runRef: RefObject<HTMLButtonElement | null>;
  pane: PaneName;
  onPane: (pane: PaneName) => void;
  panes: Record<PaneName, ReactNode>;
}

const NAMES: PaneName[] = ['statement', 'editor', 'results'];

function Tabbed({ problem, runRef, pane, onPane, panes }: TabbedProps): ReactNode {
  const { t } = useTranslation();
  const { judging } = problem.judge;
  const tone = judging.done?.status === 'AC' ? 'ok' : judging.phase === 'done' ? 'bad' : 'plain';
  const count = judging.phase !== 'idle' && awaitedOf(judging) > 0;
  const label = (name: PaneName): ReactNode =>
    name === 'results' && count ? (
      <>
        {t('problem.results')}
        <Chip tone={tone}>
          {passedCount(judging.results)}/{awaitedOf(judging)}
        </Chip>
      </>
    ) : (
      t(name === 'statement' ? 'problem.task' : `problem.${name}`)
    );
  return (
    <div className={classes.tabbed}>
      {pane !== 'statement' && (
        <VisuallyHidden component="h1">{problem.content.title}</VisuallyHidden>
      )}
      <div className={classes.phoneTabs}>
        <Tabs
          id="pane"
          label={t('problem.panes')}
          here={pane}
          onChange={onPane}
          items={NAMES.map((key) => ({ key, label: label(key) }))}
          stretch
        />
      </div>
      {NAMES.map((name) => (
        <TabPanel
          key={name}
          id="pane"
          name={name}
          here={name === pane}
          className={classes.phonePane}
        >
          {panes[name]}
        </TabPanel>
      ))}
      <RunSubmit problem={problem} runRef={runRef} bottom />
    </div>
  );
}
