// The small things that every page has.
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExact, formatRelative, initials } from '@/lib/format';
import classes from './bits.module.css';

type Tone = 'plain' | 'ok' | 'bad' | 'warn' | 'acc';

export function Chip({
  tone = 'plain',
  children,
}: {
  tone?: Tone;
  children: ReactNode;
}): ReactNode {
  return <span className={`${classes.chip} ${classes[tone]}`}>{children}</span>;
}

export function Bar({ value, label }: { value: number; label: string }): ReactNode {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

const ROUND = 2 * Math.PI * 48;

export function Ring({
  done,
  all,
  label,
}: {
  done: number;
  all: number;
  label: string;
}): ReactNode {
  const part = all > 0 ? done / all : 0;
  return (
    <div className={classes.ring} role="img" aria-label={label}>
      <svg viewBox="0 0 116 116" aria-hidden="true">
        <circle cx="58" cy="58" r="48" />
        {part > 0 && (
          <circle
            cx="58"
            cy="58"
            r="48"
            strokeDasharray={ROUND}
            strokeDashoffset={ROUND * (1 - part)}
          />
        )}
      </svg>
      <div aria-hidden="true">
        <b className="num">{Math.round(part * 100)}%</b>
        <span className="xs faint num">
          {done} / {all}
        </span>
      </div>
    </div>
  );
}

// Grounds on which white letters pass 4.5:1.
const GROUNDS = [
  '#6d4bc0',
  '#8a5a1f',
  '#a84070',
  '#2f6f8f',
  '#3f7142',
  '#a14a35',
  '#4f5fb3',
  '#75627f',
];

export function Avatar({
  name,
  picture,
  size = 36,
}: {
  name: string;
  picture?: string | undefined;
  size?: number;
}): ReactNode {
  if (picture)
    return <img className={classes.avatar} src={picture} alt="" width={size} height={size} />;
  const hash = [...name].reduce(
    (so, letter) => (Math.imul(so, 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0,
    5381,
  );
  return (
    <span
      className={classes.avatar}
      aria-hidden="true"
      style={{
        width: size,
        height: size,
        fontSize: size * 0.38,
        background: GROUNDS[hash % GROUNDS.length],
      }}
      data-initials={initials(name)}
    />
  );
}

export function Time({ at }: { at: number }): ReactNode {
  const { i18n } = useTranslation();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at, i18n.language)}>
      {formatRelative(at, Date.now(), i18n.language)}
    </time>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }): ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" className={classes.copy} onClick={copy} aria-label={label} title={label}>
      {copied ? <IconCheck size={15} className="ok" /> : <IconCopy size={15} />}
      <span role="status" className={classes.silent}>
        {copied ? t('copied') : ''}
      </span>
    </button>
  );
}

export function Keys({ keys }: { keys: string }): ReactNode {
  return <kbd className={classes.kbd}>{keys}</kbd>;
}
