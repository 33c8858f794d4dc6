// What is unread, and where the "new" line stands. Pure.
import { compareIds, laterId, type Message, type ReadState } from './shapes';

export const unread = (read: ReadState | undefined): boolean =>
  read !== undefined && compareIds(read.last_message_id, read.last_read_id) > 0;

/** Marks and messages only move on, so the order in which they are heard of does not matter. */
export function mergeRead(before: ReadState | undefined, news: Partial<ReadState>): ReadState {
  const { channel_id = before?.channel_id ?? '' } = news;
  return {
    channel_id,
    last_message_id: laterId(before?.last_message_id ?? '0', news.last_message_id ?? '0'),
    last_seq: Math.max(before?.last_seq ?? 0, news.last_seq ?? 0),
    last_read_id: laterId(before?.last_read_id ?? '0', news.last_read_id ?? '0'),
  };
}

/** The first message of others after the mark: the line stands above it. */
export function firstNew(messages: Message[], mark: string, userId: string): string | undefined {
  return messages.find((each) => compareIds(each.id, mark) > 0 && each.author.id !== userId)?.id;
}
