// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startI18n, switchLanguage } from '@/lib/i18n';
import { idle, type Judging, judge } from '@/lib/judge';
import type { Editor, TestGroupResult, ValidatorResult } from '@/lib/shapes';
import { Results } from './Results';

beforeAll(async () => {
  await startI18n();
  await switchLanguage('en', false);
});
afterEach(cleanup);

const editor: Editor = {
  starters: [],
  interactive: false,
  limits: {},
  groups: [
    { key: 'small', name: 'Small', max_score: 40 },
    { key: 'large', name: 'Large', max_score: 60 },
  ],
  validators: [
    { id: '1', name: 'One', visible: true, group: 'small' },
    { id: '2', name: 'Two', visible: false, group: 'large' },
  ],
};

const one: ValidatorResult = {
  validator_id: '1',
  name: 'One',
  visible: true,
  status: 'WA',
  cpu_ms: 1,
  memory_bytes: 1,
  group: 'small',
  stdin: '5',
  message: 'Their sum is 2.\n',
};
const two: ValidatorResult = {
  ...one,
  validator_id: '2',
  name: 'Two',
  visible: false,
  status: 'AC',
  group: 'large',
};

const running = judge(idle, { type: 'start', kind: 'submit', awaited: 2 });
const with_ = (state: Judging, data: ValidatorResult): Judging =>
  judge(state, { type: 'event', event: { event: 'result', data } });
const done = (state: Judging, groups: TestGroupResult[]): Judging =>
  judge(state, {
    type: 'event',
    event: {
      event: 'done',
      data: { id: '1', status: 'WA', score: 0.6, points: 0, content_passed: false, groups },
    },
  });

const show = (judging: Judging, of = editor): void => {
  render(
    <MantineProvider>
      <Results judging={judging} editor={of} paths={[]} />
    </MantineProvider>,
  );
};
const group = (name: string): HTMLElement => screen.getByRole('region', { name });

test('a group has its tests under it while they come', () => {
  show(with_(running, two));
  expect(within(group('Large')).getByText('Two')).toBeTruthy();
  expect(within(group('Small')).queryByText('Two')).toBeNull();
  expect(within(group('Small')).getByText('score of up to 40')).toBeTruthy();
});

test('in the end it says its verdict and its score, and so does the whole', () => {
  show(
    done(with_(with_(running, one), two), [
      { key: 'small', name: 'Small', status: 'WA', score: 0, max_score: 40 },
      { key: 'large', name: 'Large', status: 'AC', score: 60, max_score: 60 },
    ]),
  );
  expect(within(group('Small')).getAllByText('Wrong answer').length).toBe(2);
  expect(within(group('Small')).getByText('score 0 of 40')).toBeTruthy();
  expect(within(group('Large')).getByText('score 60 of 60')).toBeTruthy();
  const said = screen.getAllByRole('status').map((each) => each.textContent);
  expect(said).toContain('1 of 2 passed · score 60 of 100');
});

test('the first failure is open, with what the judge says and without a comparison', () => {
  show(with_(running, one));
  expect(screen.getByText('Their sum is 2.')).toBeTruthy();
  expect(screen.getByText('Input')).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
});

test('of a conversation the input was the judge’s, and waiting in vain is explained', () => {
  const { message: _, ...silent } = one;
  show(with_(running, { ...silent, status: 'WTLE' }), { ...editor, groups: [], interactive: true });
  expect(screen.queryByRole('region')).toBeNull();
  expect(screen.getByText('What the judge was given')).toBeTruthy();
  expect(screen.getByText(/waited for each other/)).toBeTruthy();
});

test('SUB-01 whoever made a forbidden call is told which', () => {
  const { message: _, ...silent } = one;
  show(with_(running, { ...silent, status: 'SV', signal: 'SIGSYS', forbidden_call: 'ptrace' }));
  expect(screen.getByText(/forbidden system call: ptrace/)).toBeTruthy();
  expect(screen.queryByText(/SIGSYS/)).toBeNull();
});
