import { expect, test } from 'vitest';
import type { Message } from './shapes';
import { around, cut, everything, latest } from './span';
import { message } from './testing';

const many = (count: number): Message[] => Array.from({ length: count }, (_, i) => message(i + 1));
const size = (messages: Message[], span: { from: number; to: number }): number => {
  const { first, end } = cut(messages, span);
  return end - first;
};

test('a short channel is shown whole, and what comes at either end, too', () => {
  const messages = many(400);
  const span = around(messages, everything, 390);
  expect(span).toBe(everything);
  expect(size([...messages, message(401)], span)).toBe(401);
});

test('of a long channel a few hundred around what one reads are shown', () => {
  const messages = many(10_000);
  expect(cut(messages, around(messages, everything, 5000))).toEqual({ first: 4850, end: 5150 });
});

test('at its end the end stays open, at its beginning the beginning', () => {
  const messages = many(1000);
  expect(around(messages, everything, 990)).toEqual({ from: 841, to: Number.POSITIVE_INFINITY });
  expect(around(messages, everything, 3)).toEqual({ from: 0, to: 153 });
});

test('it stays while one reads in its middle and moves before one comes to its edge', () => {
  const messages = many(1000);
  const span = around(messages, everything, 500);
  for (let at = 450; at <= 550; at += 1) expect(around(messages, span, at)).toBe(span);
  const up = around(messages, span, 449);
  expect(cut(messages, up)).toEqual({ first: 299, end: 599 });
  expect(cut(messages, around(messages, span, 551))).toEqual({ first: 401, end: 701 });
});

test('from any place to any other: never more than there is, always what one reads', () => {
  const messages = many(1234);
  for (let from = 0; from < 1234; from += 61)
    for (let to = 0; to < 1234; to += 67) {
      const span = around(messages, around(messages, everything, from), to);
      const { first, end } = cut(messages, span);
      expect(first).toBeLessThanOrEqual(Math.max(0, to - 100));
      expect(end).toBeGreaterThanOrEqual(Math.min(1234, to + 100));
      expect(end - first).toBeLessThanOrEqual(400);
    }
});

test('older pages, new messages and deleted ones do not move it', () => {
  const messages = many(1000);
  const span = around(messages, everything, 500);
  const shown = (all: Message[]): number[] => {
    const { first, end } = cut(all, span);
    return all.slice(first, end).map((each) => each.seq);
  };
  const before = shown(messages);
  expect(shown([...messages, message(1001)])).toEqual(before);
  expect(shown(messages.slice(100))).toEqual(before);
  const without = messages.filter(({ seq }) => seq !== span.from && seq !== span.to);
  expect(shown(without)).toEqual(before.slice(1, -1));
});

test('while something must stay on the page it only grows', () => {
  const messages = many(2000);
  const span = around(messages, everything, 500);
  const wider = around(messages, span, 1500, true);
  expect(cut(messages, wider)).toEqual({ first: 350, end: 1650 });
});

test('the latest are a part with an open end', () => {
  expect(latest(many(1000))).toEqual({ from: 851, to: Number.POSITIVE_INFINITY });
  expect(latest(many(10))).toEqual(everything);
});
