// What the message list draws: each message with what stands above it. Pure.
import type { Outgoing } from './outbox';
import type { Message } from './shapes';
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

export function rows({ messages, outgoing, userId, mark, sentAs }: RowsInput): Row[] {
  const newFrom = firstNew(messages, mark, userId);
  const all = [
    ...messages.map((message) => ({
      key: sentAs.get(message.id) ?? message.id,
      message,
      author: message.author.id,
      at: message.created_at,
      isNew: message.id === newFrom,
    })),
    ...outgoing.map((each) => ({
      key: each.nonce,
      outgoing: each,
      author: userId,
      at: each.createdAt,
      isNew: false,
    })),
  ];
  return all.map(({ author, ...row }, index) => {
    const before = all[index - 1];
    const day = !before || dayOf(before.at) !== dayOf(row.at);
    const sameMinute =
      before !== undefined && Math.floor(before.at / MINUTE_MS) === Math.floor(row.at / MINUTE_MS);
    const first = day || row.isNew || !sameMinute || before?.author !== author;
    return { ...row, day, first };
  });
}
