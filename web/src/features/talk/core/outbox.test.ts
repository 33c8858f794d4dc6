import { expect, test } from 'vitest';
import { afterReload, change, nextTime, type Outgoing, ready, refused } from './outbox';

const one = (nonce: string, more: Partial<Outgoing> = {}): Outgoing => ({
  nonce,
  key: `key-${nonce}`,
  channelId: 'c',
  content: nonce,
  createdAt: 0,
  state: 'waiting',
  ...more,
});
const names = (outgoing: Outgoing[]): string[] => outgoing.map((each) => each.nonce);
const problem = (status: number, reason: string, retryAfterS?: number) => ({
  status,
  reason,
  message: '',
  ...(retryAfterS !== undefined && { retryAfterS }),
});

test('of each channel the first goes; the next waits for it', () => {
  const outbox = [one('a'), one('b'), one('x', { channelId: 'd' })];
  expect(names(ready(outbox, 0))).toEqual(['a', 'x']);
  expect(names(ready(change(outbox, 'a', { state: 'sending' }), 0))).toEqual(['x']);
});

test('one that failed holds up nobody', () => {
  const outbox = refused([one('a'), one('b')], 'a', problem(403, 'forbidden'), 0);
  expect(outbox[0]).toMatchObject({ state: 'failed', problem: { reason: 'forbidden' } });
  expect(names(ready(outbox, 0))).toEqual(['b']);
});

test('after "too many" it goes when it may, and those behind it wait, in order', () => {
  const outbox = refused([one('a'), one('b')], 'a', problem(429, 'slow_down', 4), 1000);
  expect(ready(outbox, 4999)).toEqual([]);
  expect(nextTime(outbox)).toBe(5000);
  expect(names(ready(outbox, 5000))).toEqual(['a']);
  expect(ready(outbox, 1000, true)).toEqual([]); // a new connection changes nothing in that
});

test('without a connection it waits, and goes at once when there is one', () => {
  const outbox = refused([one('a')], 'a', problem(0, 'offline'), 1000);
  expect(ready(outbox, 1000)).toEqual([]);
  expect(names(ready(outbox, 1000, true))).toEqual(['a']);
});

test('trying again forgets the earlier problem and keeps the key', () => {
  const failed = refused([one('a')], 'a', problem(429, 'slow_down', 4), 0);
  expect(change(failed, 'a', { state: 'waiting' })).toEqual([one('a')]);
});

test('after a reload, what was on its way goes again under the same key', () => {
  expect(afterReload([one('a', { state: 'sending' }), one('b', { state: 'failed' })])).toEqual([
    one('a'),
    one('b', { state: 'failed' }),
  ]);
});
