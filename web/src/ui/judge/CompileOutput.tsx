import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { compilerMessages } from '@/lib/compilerMessages';
import { readOutput } from '@/lib/judge';
import type { CompileResult } from '@/lib/shapes';
import { verdictKey } from '@/lib/verdict';
import { Chip } from '@/ui/bits';
import classes from './Results.module.css';

export type GoTo = (path: string, line: number, column?: number) => void;

interface CompileOutputProps {
  compile: CompileResult;
  paths: string[];
  goTo: GoTo | undefined;
}

/** What the compiler said, when it said anything; each place it names is a button that goes there. */
export function CompileOutput({ compile, paths, goTo }: CompileOutputProps): ReactNode {
  const { t } = useTranslation();
  const output = [
    readOutput(compile.stdout, compile.stdout_encoding),
    readOutput(compile.stderr, compile.stderr_encoding),
  ]
    .filter(Boolean)
    .join('\n')
    .trimEnd();
  const ok = compile.status === 'AC';
  if (ok && output.trim() === '') return null;
  return (
    <details className={classes.compile} open={!ok}>
      <summary>
        <span className="grow">{ok ? t('results.warnings') : t('results.compilerSaid')}</span>
        {!ok && <Chip tone="bad">{t(verdictKey(compile.status))}</Chip>}
      </summary>
      <Linked output={output} paths={paths} goTo={goTo} />
      {compile.truncated && <p className="xs faint">{t('results.truncated')}</p>}
    </details>
  );
}

/** Text of a compiler or a stack trace, with its places as buttons. */
export function Linked({
  output,
  paths,
  goTo,
}: {
  output: string;
  paths: string[];
  goTo: GoTo | undefined;
}): ReactNode {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className={classes.output} tabIndex={0}>
      {output.split('\n').map((line, index) => {
        const place = goTo && compilerMessages(line, paths)[0];
        const key = `line-${index + 1}`;
        if (!place) return <div key={key}>{line || ' '}</div>;
        return (
          <button
            key={key}
            type="button"
            className={classes.place}
            data-severity={place.severity}
            title={t('results.goTo', { line: place.line })}
            onClick={() => goTo(place.path, place.line, place.column)}
          >
            {line}
          </button>
        );
      })}
    </pre>
  );
}
