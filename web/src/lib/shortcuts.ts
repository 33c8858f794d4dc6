// The keys of the page. Each part says its own; `?` lists what is there at the moment.
import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** "mod+Enter", "?"; mod is Ctrl or ⌘. */
  keys: string;
  label: string;
  run: () => void;
  /** Also while one types in a field. */
  everywhere?: boolean;
}

const known = new Map<string, Shortcut[]>();

export const shortcutsHere = (): Shortcut[] => [...known.values()].flat();

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** By what the key writes, not by where it is: keyboards differ. Shift is part of what it writes. */
export function pressed(keys: string, event: Pressed): boolean {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const mod = event.ctrlKey || event.metaKey;
  if (parts.includes('mod') !== mod || event.altKey) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}

export function useShortcuts(part: string, shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    known.set(part, latest.current);
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const typing = isTyping(event.target);
      const found = latest.current.find((each) => pressed(each.keys, event));
      if (!found || (typing && !found.everywhere)) return;
      event.preventDefault();
      found.run();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      known.delete(part);
    };
  }, [part]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
