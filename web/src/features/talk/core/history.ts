// The loaded part of a channel's history, and how pages and events flow together in it, in whatever order
// they come. Pure. A message is told apart by its id, put in its place by `seq`, and newer by `version`.
import type { Message } from './shapes';

export interface History {
  /** By seq. Everything from `from` to the newest, as far as it is known. */
  messages: Message[];
  /** The lowest seq that was loaded; 0: from the beginning. While nothing is loaded: everything is kept. */
  from: number;
  loaded: boolean;
  /** Deleted ones: deletion is final, whatever comes late. */
  gone: ReadonlySet<string>;
  /** Changes of older messages that are not loaded yet, for when they are. */
  changed: ReadonlyMap<string, Message>;
}

export const nothing: History = {
  messages: [],
  from: 0,
  loaded: false,
  gone: new Set(),
  changed: new Map(),
};

const bySeq = (a: Message, b: Message): number => a.seq - b.seq;

const same = (a: Message, b: Message): boolean => a.id === b.id;

/** A created or an edited message. */
export function put(history: History, message: Message): History {
  if (history.gone.has(message.id)) return history;
  if (message.seq < history.from) return remember(history, message);
  const at = history.messages.findIndex((each) => same(each, message));
  const known = history.messages[at];
  if (known && known.version >= message.version) return history;
  const messages = known
    ? history.messages.with(at, message)
    : [...history.messages, message].sort(bySeq);
  return { ...history, messages };
}

function remember(history: History, message: Message): History {
  if ((history.changed.get(message.id)?.version ?? 1) >= message.version) return history;
  return { ...history, changed: new Map(history.changed).set(message.id, message) };
}

export function remove(history: History, id: string): History {
  if (history.gone.has(id)) return history;
  return {
    ...history,
    gone: new Set(history.gone).add(id),
    messages: history.messages.filter((each) => each.id !== id),
  };
}

interface Page {
  messages: Message[];
  has_before: boolean;
}

/** Infinity for an empty page before which there are others: it says nothing. */
const lowest = (page: Page): number =>
  page.has_before ? Math.min(...page.messages.map((each) => each.seq)) : 0;

/** The newest page, or the one before what is loaded. */
export function addPage(history: History, page: Page): History {
  const from = history.loaded ? Math.min(history.from, lowest(page)) : lowest(page);
  const known = [...history.messages, ...history.changed.values()];
  const within = known.filter((each) => each.seq >= from);
  const beyond = known.filter((each) => each.seq < from);
  const wider: History = { ...history, loaded: true, from, messages: [], changed: new Map() };
  const filled = [...page.messages, ...within].reduce(put, wider);
  return beyond.reduce(put, filled);
}

/**
 * All that the server has from the loaded part's begin on. Of what was there when it was asked (`asked`: ids),
 * whatever it does not name was deleted.
 */
export function replaceFrom(
  history: History,
  messages: Message[],
  asked: ReadonlySet<string>,
): History {
  const ids = new Set(messages.map((each) => each.id));
  const missing = history.messages.filter((each) => asked.has(each.id) && !ids.has(each.id));
  const rest = missing.reduce((all, each) => remove(all, each.id), history);
  return messages.reduce(put, rest);
}

const KEPT = 200;

/** What a channel keeps that nobody looks at. */
export function trim(history: History): History {
  if (history.messages.length <= KEPT) return history;
  const messages = history.messages.slice(-KEPT);
  return { ...history, messages, from: messages[0]?.seq ?? 0 };
}
