import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { type ReactNode, useEffect, useRef } from 'react';
import type { CodeFile } from '@/lib/shapes';
import classes from './Draft.module.css';

interface CompareProps {
  mine: CodeFile[];
  theirs: CodeFile[];
}

/** Each file that differs, mine at the left. */
export default function Compare({ mine, theirs }: CompareProps): ReactNode {
  const text = (files: CodeFile[], path: string): string =>
    files.find((file) => file.path === path)?.content ?? '';
  const paths = [...new Set([...mine, ...theirs].map((file) => file.path))];
  const changed = paths.filter((path) => text(mine, path) !== text(theirs, path));
  return changed.map((path) => (
    <section key={path} className={classes.compare}>
      <h3 className="mono sm">{path}</h3>
      <Side a={text(mine, path)} b={text(theirs, path)} />
    </section>
  ));
}

function Side({ a, b }: { a: string; b: string }): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!host.current) return;
    const extensions = [
      EditorView.editable.of(false),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
    ];
    const view = new MergeView({
      a: { doc: a, extensions },
      b: { doc: b, extensions },
      parent: host.current,
    });
    return () => view.destroy();
  }, [a, b]);
  return <div ref={host} className={classes.merge} />;
}
