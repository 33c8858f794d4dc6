import { NativeSelect, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { languages } from '@/lib/queries';
import type { Place } from '@/ui/code/CodeEditor';
import { ConflictBar } from '../ConflictBar';
import { DraftStatus } from '../DraftStatus';
import { isFixed, put } from '../files';
import { FileTabs } from './FileTabs';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

const CodeEditor = lazy(() => import('@/ui/code/CodeEditor'));

interface EditorPaneProps {
  problem: Problem;
  onLanguage: (language: string) => void;
  onLeave: () => void;
}

/** The files of the answer, one at a time, and whether they are saved. */
export function EditorPane({ problem, onLanguage, onLeave }: EditorPaneProps): ReactNode {
  const { t } = useTranslation();
  const { draft, files, path, starter, editor } = problem;
  const known = useQuery(languages).data?.languages ?? [];
  const [place, setPlace] = useState<Place>({ line: 1, column: 1 });
  const messages = useMemo(
    () => problem.messages.filter((each) => each.path === path),
    [problem.messages, path],
  );
  const fixed = isFixed(starter, path);
  const change = (language: string): void => {
    draft.saveNow();
    onLanguage(language);
  };
  return (
    <section className={classes.pane} aria-label={t('problem.editor')}>
      <div className={classes.head}>
        <FileTabs problem={problem} />
        <span className="grow" />
        {editor.starters.length > 1 ? (
          <NativeSelect
            size="xs"
            className={classes.language ?? ''}
            aria-label={t('editor.language')}
            value={starter.language}
            onChange={(event) => change(event.currentTarget.value)}
            data={editor.starters.map((each) => ({
              value: each.language,
              label: languageName(each.language, known),
            }))}
          />
        ) : (
          <span className="xs faint">{languageName(starter.language, known)}</span>
        )}
      </div>
      <ConflictBar draft={draft} />
      {fixed && <p className={classes.note}>{t('editor.readonly')}</p>}
      <div
        className={classes.editor}
        id={`file-panel-${path}`}
        role="tabpanel"
        aria-labelledby={`file-tab-${path}`}
      >
        <Suspense fallback={<Skeleton height="100%" radius={0} />}>
          <CodeEditor
            path={path}
            value={files.find((file) => file.path === path)?.content ?? ''}
            language={starter.language}
            label={t('editor.label', { path })}
            readOnly={fixed}
            messages={messages}
            goTo={problem.place}
            onChange={(value) => problem.setFiles(put(files, path, value))}
            onBlur={draft.saveNow}
            onPlace={setPlace}
            onLeave={onLeave}
          />
        </Suspense>
      </div>
      <div className={classes.foot}>
        <DraftStatus draft={draft} />
        <span className="grow" />
        <span className="hide-s for-keys">{t('editor.leave')}</span>
        <span className="num">{t('editor.place', { line: place.line, column: place.column })}</span>
      </div>
    </section>
  );
}
