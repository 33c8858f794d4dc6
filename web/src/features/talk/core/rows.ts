// What the message list draws: each message with what stands above it. Pure.
import type { Outgoing } from './outbox';
import type { Message } from './shapes';
import { cut, everything, type Span } from './span';
import { firstNew } from './unread';

export interface Row {
  key: string;
  message?: Message;
  outgoing?: Outgoing;
  at: number;
  /** The first of its day, of what is new, of its author's in that minute. */
  day: boolean;
  first: boolean;
  isNew: boolean;
}

interface RowsInput {
  messages: Message[];
  /** What of them is on the page; those on their way are after the newest. */
  span?: Span;
  outgoing: Outgoing[];
  userId: string;
  /** The "new" line stands after this message. */
  mark: string;
  /** Own messages keep the key that they had on their way. */
  sentAs: ReadonlyMap<string, string>;
}

const MINUTE_MS = 60_000;

/** In the reader's time zone. */
export const dayOf = (at: number): string => new Date(at).toDateString();

export function rows(input: RowsInput): Row[] {
  const { messages, span = everything, outgoing, userId, mark, sentAs } = input;
  const newFrom = firstNew(messages, mark, userId);
  const { first, end } = cut(messages, span);
  // What stands above the first one depends on the one before it.
  const hidden = first > 0 ? 1 : 0;
  const all = [
    ...messages.slice(first - hidden, end).map((message) => ({
      key: sentAs.get(message.id) ?? message.id,
      message,
      author: message.author.id,
      at: message.created_at,
      isNew: message.id === newFrom,
    })),
    ...(end < messages.length ? [] : outgoing).map((each) => ({
      key: each.nonce,
      outgoing: each,
      author: userId,
      at: each.createdAt,
      isNew: false,
    })),
  ];
  const made = all.map(({ author, ...row }, index) => {
    const before = all[index - 1];
    const day = !before || dayOf(before.at) !== dayOf(row.at);
    const sameMinute =
      before !== undefined && Math.floor(before.at / MINUTE_MS) === Math.floor(row.at / MINUTE_MS);
    const first = day || row.isNew || !sameMinute || before?.author !== author;
    return { ...row, day, first };
  });
  return made.slice(hidden);
}

/** Rows in which nothing changed stay the same objects, so that they are not drawn again. */
export function keepSame(before: readonly Row[], rows: Row[]): Row[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    const old = known.get(row.key);
    return old && same(old, row) ? old : row;
  });
}

const same = (a: Row, b: Row): boolean =>
  a.message === b.message &&
  a.outgoing === b.outgoing &&
  a.at === b.at &&
  a.day === b.day &&
  a.first === b.first &&
  a.isNew === b.isNew;
