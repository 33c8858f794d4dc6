// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { me, progressChanged, queryClient } from './queries';
import type { Me } from './shapes';

const having = (earned: number): Response =>
  new Response(JSON.stringify({ points: { balance: earned, earned } }), {
    headers: { 'Content-Type': 'application/json' },
  });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  queryClient.clear();
});

const start = (): void => {
  queryClient.setQueryData(me.queryKey, { points: { balance: 5, earned: 5 } } as Me);
};
const earned = (): number | undefined => queryClient.getQueryData(me.queryKey)?.points.earned;

test('points that are booked after the verdict are asked for until they are there', async () => {
  const answers = [5, 25, 99];
  const fetch = vi.fn(async () => having(answers.shift() ?? 0));
  vi.stubGlobal('fetch', fetch);
  start();
  progressChanged(20);
  await vi.advanceTimersByTimeAsync(300);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(earned()).toBe(5);
  await vi.advanceTimersByTimeAsync(1100);
  expect(earned()).toBe(25);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('without points nothing is asked for again and again', async () => {
  const fetch = vi.fn(async () => having(5));
  vi.stubGlobal('fetch', fetch);
  start();
  progressChanged();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fetch).not.toHaveBeenCalled();
});
