// Which of the loaded messages are on the page: all of a short channel, a few hundred around what one reads
// of a long one. Pure.
import type { Message } from './shapes';

/** Two seqs, both on the page. 0 and Infinity are open ends: what comes there is shown, too. */
export interface Span {
  from: number;
  to: number;
}

export const everything: Span = { from: 0, to: Number.POSITIVE_INFINITY };

const MOST = 400;
// Nearer than this many messages to what one reads there is no cut.
const MARGIN = 100;
const SIDE = 150;

/** The part of `messages` from index `first` up to and without `end`. */
export function cut(messages: Message[], span: Span): { first: number; end: number } {
  return {
    first: span.from === 0 ? 0 : indexOf(messages, span.from),
    end: span.to === Number.POSITIVE_INFINITY ? messages.length : indexOf(messages, span.to + 1),
  };
}

/** The span to show when one reads `at` (an index): the same as long as it does. `grow`: nothing is taken away. */
export function around(messages: Message[], span: Span, at: number, grow = false): Span {
  const { first, end } = cut(messages, span);
  const near = first > Math.max(0, at - MARGIN) || end < Math.min(messages.length, at + MARGIN);
  if (!near && (grow || end - first <= MOST)) return span;
  const from = Math.max(0, at - SIDE);
  const to = Math.min(messages.length, at + SIDE);
  return grow
    ? between(messages, Math.min(first, from), Math.max(end, to))
    : between(messages, from, to);
}

/** The newest messages. */
export const latest = (messages: Message[]): Span =>
  between(messages, Math.max(0, messages.length - SIDE), messages.length);

const between = (messages: Message[], first: number, end: number): Span => ({
  from: first === 0 ? 0 : (messages[first]?.seq ?? 0),
  to: (end < messages.length ? messages[end - 1]?.seq : undefined) ?? Number.POSITIVE_INFINITY,
});

/** The index of the first message whose seq is not below `seq`. */
function indexOf(messages: Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
