import { type ReactNode, useRef } from 'react';
import type { Component, Content, Draft, Editor, Me } from '@/lib/shapes';
import { ErrorPanel, Lines } from '@/ui/states';
import { Hints } from '../Hints';
import { EditorPane } from './EditorPane';
import { InteractiveNote } from './InteractiveNote';
import classes from './Problem.module.css';
import { ResultsPane } from './ResultsPane';
import { type ChosenLanguage, useLanguage } from './useLanguage';
import { type Starter, useProblem } from './useProblem';

interface InlineProblemProps {
  content: Content;
  component: Component;
  me: Me;
}

/** An exercise within a text: editor above, results below. */
export default function InlineProblem({ content, component, me }: InlineProblemProps): ReactNode {
  const { editor } = component;
  if (!editor) return null;
  return <InLanguage content={content} component={component} editor={editor} me={me} />;
}

function InLanguage({ editor, ...props }: InlineProblemProps & { editor: Editor }): ReactNode {
  const language = useLanguage(props.component.id, editor, props.me);
  const { starter, server } = language;
  if (language.error) return <ErrorPanel error={language.error} retry={language.retry} />;
  if (!starter || !server) return <Lines count={1} height={360} />;
  return (
    <Work
      key={starter.language}
      {...props}
      editor={editor}
      starter={starter}
      server={server}
      language={language}
    />
  );
}

interface WorkProps extends InlineProblemProps {
  editor: Editor;
  starter: Starter;
  server: Draft;
  language: ChosenLanguage;
}

function Work(options: WorkProps): ReactNode {
  const problem = useProblem(options);
  const run = useRef<HTMLButtonElement>(null);
  return (
    <section
      className={`card ${classes.inline}`}
      aria-label={options.component.title || options.content.title}
    >
      {options.editor.interactive && (
        <div className={classes.padded}>
          <InteractiveNote language={options.starter.language} />
        </div>
      )}
      <div className={classes.inlineEditor}>
        <EditorPane
          problem={problem}
          onLanguage={options.language.choose}
          onLeave={() => run.current?.focus()}
        />
      </div>
      <ResultsPane problem={problem} runRef={run} />
      {options.component.hints.length > 0 && (
        <div className={classes.padded}>
          <Hints hints={options.component.hints} />
        </div>
      )}
    </section>
  );
}
