import { expect, test } from 'vitest';
import { firstFailure, idle, type Judging, judge, readOutput } from './judge';
import type { ValidatorResult } from './shapes';

const result = (
  id: string,
  status: string,
  more: Partial<ValidatorResult> = {},
): ValidatorResult => ({
  validator_id: id,
  name: `test ${id}`,
  visible: true,
  status,
  cpu_ms: 1,
  memory_bytes: 1,
  ...more,
});

const begun: Judging = judge(idle, { type: 'start', kind: 'submit', awaited: 3 });

test('results are kept in the order in which they came', () => {
  const state = ['1', '2'].reduce(
    (before, id) =>
      judge(before, { type: 'event', event: { event: 'result', data: result(id, 'AC') } }),
    begun,
  );
  expect(state.results.map((each) => each.validator_id)).toEqual(['1', '2']);
  expect(state.phase).toBe('running');
});

test('a stream that was taken up again repeats nothing', () => {
  let state = begun;
  for (const id of ['1', '2', '1', '2', '3'])
    state = judge(state, { type: 'event', event: { event: 'result', data: result(id, 'AC') } });
  expect(state.results).toHaveLength(3);
});

test('a failure keeps what had come', () => {
  const some = judge(begun, { type: 'event', event: { event: 'result', data: result('1', 'AC') } });
  const failed = judge(some, {
    type: 'failed',
    problem: { status: 0, reason: 'offline', message: '' },
  });
  expect(failed.phase).toBe('failed');
  expect(failed.results).toHaveLength(1);
});

test('a new start forgets the results before', () => {
  const some = judge(begun, { type: 'event', event: { event: 'result', data: result('1', 'WA') } });
  expect(judge(some, { type: 'start', kind: 'run', awaited: 1 }).results).toEqual([]);
});

test('the first failure that shows something is the one to open', () => {
  const hidden = result('2', 'WA', { visible: false });
  const open = result('3', 'WA');
  expect(firstFailure([result('1', 'AC'), hidden, open])).toBe(open);
  expect(firstFailure([result('1', 'AC'), hidden])).toBe(hidden);
  expect(firstFailure([result('1', 'AC'), result('2', 'SK')])).toBeUndefined();
});

test('output that is no UTF-8 is read as far as it can be', () => {
  expect(readOutput('YWLDvw==', 'base64')).toBe('abÿ');
  expect(readOutput('/2E=', 'base64')).toBe('\uFFFDa');
  expect(readOutput('YWI=', undefined)).toBe('YWI=');
  expect(readOutput(undefined, undefined)).toBe('');
});
