// What a compiler said, drawn in the text: the line is tinted, the place underlined.
import type { Diagnostic } from '@codemirror/lint';
import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { CompilerMessage } from '@/lib/compilerMessages';

export const setLineMarks = StateEffect.define<CompilerMessage[]>();

const errorLine = Decoration.line({ class: 'cm-errorLine' });
const warningLine = Decoration.line({ class: 'cm-warningLine' });

export const lineMarks: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setLineMarks)) return draw(transaction.state, effect.value);
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function draw(state: EditorState, messages: CompilerMessage[]): DecorationSet {
  const ranges = messages
    .filter(({ severity, line }) => severity !== 'info' && line >= 1 && line <= state.doc.lines)
    .map(({ line, severity }) =>
      (severity === 'error' ? errorLine : warningLine).range(state.doc.line(line).from),
    );
  return Decoration.set(ranges, true);
}

export function diagnosticsOf(state: EditorState, messages: CompilerMessage[]): Diagnostic[] {
  return messages
    .filter(({ line }) => line >= 1 && line <= state.doc.lines)
    .map(({ line, column, severity, message }) => {
      const { from, to, text } = state.doc.line(line);
      const start = column ? Math.min(from + column - 1, to) : from + text.search(/\S|$/);
      const word = state.wordAt(start);
      return { from: start, to: Math.max(word?.to ?? to, start), severity, message };
    });
}
