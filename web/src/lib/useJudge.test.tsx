// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useJudge } from './useJudge';

const event = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const result = (id: string): string =>
  event('result', {
    validator_id: id,
    name: id,
    visible: true,
    status: 'AC',
    cpu_ms: 1,
    memory_bytes: 1,
  });
const done = event('done', { id: '9', status: 'AC', score: 1, points: 5, content_passed: true });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function answers(...bodies: string[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return new Response(bodies.shift() ?? '', { headers: { 'Content-Type': 'text/event-stream' } });
  });
  return asked;
}

test('verdicts arrive and the end is known', async () => {
  answers(result('1') + result('2') + done);
  const hook = renderHook(() => useJudge());
  await act(
    async () => void (await hook.result.current.start('run', 2, async () => ({ path: '/x' }))),
  );
  expect(hook.result.current.judging).toMatchObject({ phase: 'done', done: { points: 5 } });
  expect(hook.result.current.judging.results).toHaveLength(2);
});

test('a submission whose stream broke is followed again, and nothing shows twice', async () => {
  const asked = answers(result('1'), result('1') + result('2') + done);
  const hook = renderHook(() => useJudge());
  await act(
    async () =>
      void (await hook.result.current.start('submit', 2, async () => ({
        path: '/s',
        again: true,
      }))),
  );
  expect(asked).toEqual(['/s', '/s']);
  expect(hook.result.current.judging.phase).toBe('done');
  expect(hook.result.current.judging.results).toHaveLength(2);
});

test('a run is never started twice: its broken stream is a failure', async () => {
  const asked = answers(result('1'), result('1') + done);
  const hook = renderHook(() => useJudge());
  await act(
    async () =>
      void (await hook.result.current.start('run', 2, async () => ({
        path: '/r',
        method: 'POST',
      }))),
  );
  expect(asked).toHaveLength(1);
  expect(hook.result.current.judging).toMatchObject({
    phase: 'failed',
    problem: { reason: 'offline' },
  });
  expect(hook.result.current.judging.results).toHaveLength(1);
});
