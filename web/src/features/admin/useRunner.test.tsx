// @vitest-environment happy-dom
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problemOf } from '@/lib/problem';
import { useRunner } from './useRunner';

const state = (waiting: number): unknown => ({
  sandbox: { status: 'ok' },
  slots: [],
  queues: [{ priority: 'try', waiting }],
  cache: { bytes: 0, bytes_max: 1, programs: 0, hits: 0, misses: 0 },
  runs: [],
});
const event = (waiting: number): string =>
  `event: state\ndata: ${JSON.stringify(state(waiting))}\n\n`;

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 200 }));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

type Answer = string | number | Error;

function answers(...list: Answer[]): { asked: number } {
  const seen = { asked: 0 };
  vi.stubGlobal('fetch', async (_path: string, { signal }: { signal: AbortSignal }) => {
    seen.asked += 1;
    const next = list.shift();
    if (next instanceof Error) throw next;
    if (typeof next === 'number')
      return Response.json({ reason: 'role_missing', detail: 'no' }, { status: next });
    if (next === undefined)
      return new Promise<Response>((_, fail) =>
        signal.addEventListener('abort', () => fail(signal.reason)),
      );
    return new Response(next, { headers: { 'Content-Type': 'text/event-stream' } });
  });
  return seen;
}

test('ADM-03 what the server tells is shown as it comes, the last of it stays', async () => {
  answers(event(1) + event(4));
  const hook = renderHook(() => useRunner());
  await waitFor(() => expect(hook.result.current.state?.queues[0]?.waiting).toBe(4));
  expect(hook.result.current.error).toBeUndefined();
});

test('ADM-03 a stream that ends or breaks is asked for again, and what was known is kept', async () => {
  const seen = answers(event(1), new TypeError('offline'), event(2));
  const hook = renderHook(() => useRunner());
  await waitFor(() => expect(hook.result.current.error).toBeInstanceOf(TypeError), {
    timeout: 10_000,
  });
  expect(hook.result.current.state?.queues[0]?.waiting).toBe(1);
  await waitFor(() => expect(hook.result.current.state?.queues[0]?.waiting).toBe(2), {
    timeout: 10_000,
  });
  expect(hook.result.current.error).toBeUndefined();
  expect(seen.asked).toBeGreaterThanOrEqual(3);
});

test('ADM-03 whoever may not see it is told once, and may try again', async () => {
  const seen = answers(403, event(3));
  const hook = renderHook(() => useRunner());
  await waitFor(() => expect(problemOf(hook.result.current.error).status).toBe(403));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(seen.asked).toBe(1);
  hook.result.current.retry();
  await waitFor(() => expect(hook.result.current.state?.queues[0]?.waiting).toBe(3));
});

test('ADM-03 nothing is asked for any more once the page is left', async () => {
  const seen = answers(event(1));
  const hook = renderHook(() => useRunner());
  await waitFor(() => expect(hook.result.current.state).toBeDefined());
  hook.unmount();
  const before = seen.asked;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(seen.asked).toBe(before);
});
