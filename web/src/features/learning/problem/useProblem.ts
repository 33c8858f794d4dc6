// The state of one exercise in one language: files, draft, what runs, what was said about the text.
import { useEffect, useMemo, useRef, useState } from 'react';
import { type CompilerMessage, compilerMessages } from '@/lib/compilerMessages';
import { firstFailure, type Judging, readOutput } from '@/lib/judge';
import type { Program } from '@/lib/liveRun';
import type { CodeFile, CompileResult, Component, Content, Draft, Editor, Me } from '@/lib/shapes';
import type { Place } from '@/ui/code/CodeEditor';
import { entryOf, firstToOpen, starterFiles, withFixed } from '../files';
import { type SavedDraft, useDraft } from '../useDraft';
import { type Submitter, useSubmit } from '../useSubmit';
import type { ChosenLanguage } from './useLanguage';

export type Starter = Editor['starters'][number];

export interface Problem {
  content: Content;
  component: Component;
  editor: Editor;
  starter: Starter;
  draft: SavedDraft;
  files: CodeFile[];
  /** The file in the editor. */
  path: string;
  open: (path: string) => void;
  setFiles: (files: CodeFile[], path?: string) => void;
  /** Replaces what is in the editor, in the submission's language. */
  startFrom: (language: string, files: CodeFile[]) => void;
  /** Where the editor's cursor is sent. */
  place: Place | undefined;
  goTo: (path: string, line: number, column?: number) => void;
  judge: Submitter;
  messages: CompilerMessage[];
  /** What runs: the files as they are in the editor. */
  program: Program;
  /** What the compiler said when the console started it. */
  compiled: (compile: CompileResult) => void;
  run: () => void;
  runOwn: (stdin: string) => void;
  submit: () => void;
}

interface Options {
  content: Content;
  component: Component;
  editor: Editor;
  starter: Starter;
  server: Draft;
  me: Me;
  language: ChosenLanguage;
}

export function useProblem(options: Options): Problem {
  const { content, component, editor, starter, server, me, language } = options;
  const key = useMemo(
    () => ({ userId: me.id, componentId: component.id, language: starter.language }),
    [me.id, component.id, starter.language],
  );
  const draft = useDraft(key, server, { files: starterFiles(starter), choices: [], answers: [] });
  const files = useMemo(() => withFixed(starter, draft.work.files), [starter, draft.work.files]);
  const [wanted, setWanted] = useState(() => firstToOpen(starter, files));
  const path = files.some((file) => file.path === wanted) ? wanted : (files[0]?.path ?? '');
  const [place, setPlace] = useState<Place>();
  const judge = useSubmit(content, component);
  const setFiles = (next: CodeFile[], nextPath?: string): void => {
    draft.change({ ...draft.work, files: next });
    if (nextPath !== undefined) setWanted(nextPath);
  };
  const replace = (next: CodeFile[]): void => setFiles(next, starter.entry || next[0]?.path);
  const begin = useRef((): void => {
    const next = language.takeFiles();
    if (next) replace(next);
  });
  useEffect(() => begin.current(), []);
  const [inConsole, setInConsole] = useState<CompileResult>();
  const messages = useMemo(
    () => (inConsole ? saidOf(inConsole, files) : said(judge.judging, files)),
    [inConsole, judge.judging, files],
  );

  const program = { language: starter.language, files, ...entryOf(starter, files) };
  const attempt = (kind: Judging['kind'], awaited: number, more: { stdin?: string }): void => {
    setInConsole(undefined);
    void judge.start(kind, awaited, async () => ({
      path: `/api/v1/components/${component.id}/runs`,
      method: 'POST',
      body: { ...program, ...more },
    }));
  };
  return {
    content,
    component,
    editor,
    starter,
    draft,
    files,
    path,
    open: setWanted,
    setFiles,
    startFrom: (wantedLanguage, next) => {
      if (wantedLanguage === starter.language) return replace(next);
      draft.saveNow();
      language.startFrom(wantedLanguage, next);
    },
    place,
    goTo: (target, line, column) => {
      setWanted(target);
      setPlace({ line, column });
    },
    judge,
    messages,
    program,
    compiled: setInConsole,
    run: () => {
      draft.saveNow();
      attempt('run', editor.validators.filter((each) => each.visible).length, {});
    },
    runOwn: (stdin) => attempt('own', 1, { stdin }),
    submit: () => {
      draft.saveNow();
      setInConsole(undefined);
      void judge.submit(program);
    },
  };
}

const saidOf = (compile: CompileResult, files: CodeFile[]): CompilerMessage[] =>
  compilerMessages(
    `${readOutput(compile.stdout, compile.stdout_encoding)}\n${readOutput(compile.stderr, compile.stderr_encoding)}`,
    files.map((file) => file.path),
  );

/** The compiler's messages; without any, the places that the first failure's trace names. */
function said({ compile, results }: Judging, files: CodeFile[]): CompilerMessage[] {
  const compiler = compile ? saidOf(compile, files) : [];
  if (compiler.length > 0) return compiler;
  const failure = firstFailure(results);
  if (!failure || failure.status === 'WA') return [];
  // Of a trace the innermost place is where it broke.
  const paths = files.map((file) => file.path);
  return compilerMessages(readOutput(failure.stderr, failure.stderr_encoding), paths).slice(-1);
}
