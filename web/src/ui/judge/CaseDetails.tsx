import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type DiffRow, diffRows, type Piece } from '@/lib/diff';
import { formatBytes, formatMs } from '@/lib/format';
import { readOutput } from '@/lib/judge';
import type { ValidatorResult } from '@/lib/shapes';
import { CopyButton } from '@/ui/bits';
import { Markdown } from '@/ui/Markdown';
import { type GoTo, Linked } from './CompileOutput';
import classes from './Results.module.css';

interface CaseDetailsProps {
  result: ValidatorResult;
  /** Whether the program talked with one of the author's. */
  interactive?: boolean;
  paths: string[];
  goTo: GoTo | undefined;
}

/** One case unfolded: the author's hint, expected beside got, the input, what went to stderr. */
export function CaseDetails({
  result,
  interactive = false,
  paths,
  goTo,
}: CaseDetailsProps): ReactNode {
  const { t, i18n } = useTranslation();
  const got = readOutput(result.stdout, result.stdout_encoding);
  const errors = readOutput(result.stderr, result.stderr_encoding);
  const facts = [
    formatMs(result.cpu_ms, i18n.language),
    result.memory_bytes > 0 ? formatBytes(result.memory_bytes, i18n.language) : undefined,
    result.exit_code ? t('results.exit', { code: result.exit_code }) : undefined,
    result.forbidden_call
      ? t('results.forbiddenCall', { call: result.forbidden_call })
      : result.signal,
  ].filter(Boolean);
  return (
    <div className={classes.details}>
      {result.hint && result.status !== 'AC' && <Markdown text={result.hint} size="small" />}
      {result.explanation && <Markdown text={result.explanation} size="small" />}
      {interactive && result.status === 'WTLE' && <p>{t('results.deadlock')}</p>}
      {result.message && (
        <div>
          <h2 className={classes.blockTitle}>{t('results.judgeSays')}</h2>
          <p className={classes.said}>{result.message.trimEnd()}</p>
        </div>
      )}
      {result.stdin !== undefined && (
        <Block
          title={t(interactive ? 'results.judgeInput' : 'results.input')}
          text={result.stdin}
        />
      )}
      {result.expected !== undefined ? (
        <Diff expected={result.expected} got={got} same={result.status === 'AC'} />
      ) : (
        result.stdout !== undefined && <Block title={t('results.output')} text={got} />
      )}
      {errors.trim() !== '' && (
        <>
          <h2 className={classes.blockTitle}>{t('results.errors')}</h2>
          <Linked output={errors} paths={paths} goTo={goTo} />
        </>
      )}
      {result.truncated && <p className="xs faint">{t('results.truncated')}</p>}
      <p className="xs faint num">{facts.join(' · ')}</p>
    </div>
  );
}

function Block({ title, text }: { title: string; text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div>
      <h2 className={classes.blockTitle}>
        {title}
        <CopyButton text={text} label={`${t('copy')}: ${title}`} />
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.output} tabIndex={0}>
        {text === '' ? <span className="faint">{t('results.empty')}</span> : text}
      </pre>
    </div>
  );
}

function Diff({
  expected,
  got,
  same,
}: {
  expected: string;
  got: string;
  same: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const { rows, cut } = useMemo(() => diffRows(expected, got), [expected, got]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.diff} aria-label={t('results.diff')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('results.expected')}</th>
            <th scope="col">{t('results.got')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={`row-${index + 1}`} row={row} marked={!same} />
          ))}
        </tbody>
      </table>
      {cut > 0 && <p className="xs faint">{t('results.more', { count: cut })}</p>}
    </section>
  );
}

function Row({ row, marked }: { row: DiffRow; marked: boolean }): ReactNode {
  const show = marked && !row.same;
  return (
    <tr data-changed={show || undefined}>
      <td>{show ? <Side pieces={row.left} tone="expected" /> : textOf(row.left)}</td>
      <td>{show ? <Side pieces={row.right} tone="got" /> : textOf(row.right)}</td>
    </tr>
  );
}

const textOf = (pieces: Piece[] | undefined): string =>
  pieces?.map((piece) => piece.text).join('') ?? '';

function Side({
  pieces,
  tone,
}: {
  pieces: Piece[] | undefined;
  tone: 'expected' | 'got';
}): ReactNode {
  const { t } = useTranslation();
  if (!pieces || textOf(pieces) === '')
    return tone === 'got' || !pieces ? (
      <mark className={classes[tone]} title={t('results.noLine')}>
        ·
      </mark>
    ) : null;
  return pieces.map((piece, index) =>
    piece.changed ? (
      <mark key={`piece-${index + 1}`} className={classes[tone]}>
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
