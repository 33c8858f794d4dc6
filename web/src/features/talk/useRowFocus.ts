// Which message has the keyboard or the pointer, and the keys that go from one to another.
import { type KeyboardEvent, useState } from 'react';
import type { Row } from './core/rows';

interface RowFocus {
  /** The row that shows its tools. */
  active: string | null;
  /** The row that Tab comes to. */
  stop: string | null;
  hover: (key: string | null) => void;
  enter: (key: string) => void;
  leave: (key: string) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>, onWrite: () => void) => void;
}

const STEPS: Record<string, number> = {
  ArrowUp: -1,
  ArrowDown: 1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export function useRowFocus(rows: Row[]): RowFocus {
  const [key, setKey] = useState<string | null>(null);
  const [hovered, hover] = useState<string | null>(null);
  const known = rows.some((row) => row.key === key);
  return {
    active: hovered ?? key,
    stop: known ? key : (rows.at(-1)?.key ?? null),
    hover,
    enter: setKey,
    leave: (left) => setKey((now) => (now === left ? null : now)),
    onKeyDown: (event, onWrite) => {
      if (event.key === 'Escape') return onWrite();
      const article = event.target as HTMLElement;
      const step = STEPS[event.key];
      if (article.dataset.message === undefined || step === undefined) return;
      event.preventDefault();
      const at = rows.findIndex((row) => row.key === article.dataset.message);
      const target = rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.key;
      const next = event.currentTarget.querySelector<HTMLElement>(`[data-message="${target}"]`);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: 'nearest' });
    },
  };
}
