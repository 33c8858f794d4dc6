import { indentUnit } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { type ReactNode, useEffect, useRef } from 'react';
import type { CompilerMessage } from '@/lib/compilerMessages';
import { grammar, indentOf } from './languages';
import { diagnosticsOf, lineMarks, setLineMarks } from './marks';
import { basics } from './setup';

export interface Place {
  line: number;
  column?: number | undefined;
}

export interface CodeEditorProps {
  /** A new document for each file: its own undo history and selection. */
  path: string;
  value: string;
  language: string;
  label: string;
  readOnly?: boolean;
  messages?: CompilerMessage[];
  /** A new object moves the cursor there. */
  goTo?: Place | undefined;
  onChange: (value: string) => void;
  onBlur?: () => void;
  onPlace?: (place: Place) => void;
  /** Esc. */
  onLeave: () => void;
  keys?: { key: string; run: () => void }[];
}

/** The default export of a chunk of its own: nothing else brings CodeMirror along. */
export default function CodeEditor(props: CodeEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const { path, value, language, label, readOnly = false, messages = [], goTo } = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a file and its language make the document; the rest is kept up below
  useEffect(() => {
    if (!host.current) return;
    const syntax = new Compartment();
    const editor = new EditorView({
      parent: host.current,
      state: startState(latest, syntax, readOnly, label, language),
    });
    view.current = editor;
    let gone = false;
    void grammar(language).then((found) => {
      if (!gone) editor.dispatch({ effects: syntax.reconfigure(found) });
    });
    return () => {
      gone = true;
      editor.destroy();
      view.current = null;
    };
  }, [path, language, readOnly, label]);

  // The text changed from outside: a draft taken over, an old submission opened.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another file is another document, marked anew
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch({ effects: setLineMarks.of(messages) });
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(editor.state, messages)));
  }, [messages, path, language]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the same place again in another file
  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo) return;
    const line = editor.state.doc.line(Math.min(Math.max(goTo.line, 1), editor.state.doc.lines));
    const at = Math.min(line.from + Math.max((goTo.column ?? 1) - 1, 0), line.to);
    editor.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
    });
    editor.focus();
  }, [goTo, path]);

  return <div ref={host} style={{ height: '100%', minHeight: 0 }} />;
}

type Latest = { current: CodeEditorProps };

function startState(
  latest: Latest,
  syntax: Compartment,
  readOnly: boolean,
  label: string,
  language: string,
): EditorState {
  const { value, keys = [] } = latest.current;
  return EditorState.create({
    doc: value,
    extensions: [
      Prec.highest(
        keymap.of(
          keys.map(({ key }, index) => ({
            key,
            run: () => {
              latest.current.keys?.[index]?.run();
              return true;
            },
          })),
        ),
      ),
      basics(() => latest.current.onLeave()),
      syntax.of([]),
      indentUnit.of(indentOf(language)),
      lineMarks,
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.domEventHandlers({ blur: () => latest.current.onBlur?.() }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange(update.state.doc.toString());
        if (update.selectionSet || update.docChanged)
          latest.current.onPlace?.(placeIn(update.state));
      }),
    ],
  });
}

function placeIn(state: EditorState): Place {
  const head = state.selection.main.head;
  const line = state.doc.lineAt(head);
  return { line: line.number, column: head - line.from + 1 };
}
