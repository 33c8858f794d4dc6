import { expect, test } from 'vitest';
import { groupsOf, inOrder, outside, scoreOf } from './groups';
import { idle, type Judging, judge } from './judge';
import type { Editor, TestGroupResult, ValidatorResult } from './shapes';

const editor: Editor = {
  starters: [],
  interactive: false,
  limits: {},
  groups: [
    { key: 'small', name: 'Small', max_score: 40 },
    { key: 'large', name: 'Large', max_score: 60 },
  ],
  validators: [
    { id: '1', name: 'one', visible: true, group: 'small' },
    { id: '2', name: 'two', visible: false, group: 'small' },
    { id: '3', name: 'three', visible: false, group: 'large' },
  ],
};

const result = (id: string, group: string, status: string): ValidatorResult => ({
  validator_id: id,
  name: id,
  visible: true,
  status,
  cpu_ms: 1,
  memory_bytes: 1,
  group,
});

const came = (kind: Judging['kind'], ...results: ValidatorResult[]): Judging =>
  results.reduce(
    (state, data) => judge(state, { type: 'event', event: { event: 'result', data } }),
    judge(idle, { type: 'start', kind, awaited: 3 }),
  );

const done = (state: Judging, groups: TestGroupResult[]): Judging =>
  judge(state, {
    type: 'event',
    event: {
      event: 'done',
      data: { id: '1', status: 'WA', score: 0.5, points: 0, content_passed: false, groups },
    },
  });

const statuses = (state: Judging): string[] =>
  groupsOf(editor, state).map((group) => `${group.name} ${group.status}`.trim());

test('a group is known by its tests as they come: wrong with the first, right with the last', () => {
  const first = result('1', 'small', 'AC');
  expect(statuses(came('submit'))).toEqual(['Small', 'Large']);
  expect(statuses(came('submit', first))).toEqual(['Small', 'Large']);
  expect(statuses(came('submit', first, result('2', 'small', 'AC')))[0]).toBe('Small AC');
  expect(statuses(came('submit', result('2', 'small', 'TLE')))[0]).toBe('Small TLE');
});

test('in the end the judge has the word on it, and on its score', () => {
  const state = done(came('submit', result('1', 'small', 'AC'), result('3', 'large', 'SK')), [
    { key: 'small', name: 'Small', status: 'WA', score: 10, max_score: 40 },
    { key: 'large', name: 'Large', status: 'SK', score: 0, max_score: 60 },
  ]);
  expect(statuses(state)).toEqual(['Small WA', 'Large SK']);
  expect(groupsOf(editor, state)[0]).toMatchObject({ score: 10, maxScore: 40 });
  expect(groupsOf(editor, state)[1]?.results.map((each) => each.validator_id)).toEqual(['3']);
  expect(scoreOf(state)).toEqual({ score: 10, max: 100 });
});

test('a try has only the groups of visible tests, and no score', () => {
  const state = done(came('run', result('1', 'small', 'AC')), []);
  expect(statuses(state)).toEqual(['Small AC']);
  expect(groupsOf(editor, state)[0]?.score).toBeUndefined();
  expect(scoreOf(state)).toBeUndefined();
});

test('results are shown in the order of the tests, those of no known test last', () => {
  const ids = ['9', '3', '1', '2'];
  const state = came('submit', ...ids.map((id) => result(id, 'small', 'AC')));
  const shown = (of: Editor | undefined): string[] =>
    inOrder(of, state).results.map((each) => each.validator_id);
  expect(shown(editor)).toEqual(['1', '2', '3', '9']);
  expect(shown(undefined)).toEqual(ids);
});

test('own input and what did not compile have no groups', () => {
  expect(groupsOf(editor, came('own'))).toEqual([]);
  expect(groupsOf(editor, done(came('submit'), []))).toEqual([]);
  expect(groupsOf(undefined, came('submit'))).toEqual([]);
});

test('a submission of before keeps its groups, and no result is lost', () => {
  const old = result('9', 'gone', 'AC');
  const state = done(came('submit', old, result('8', 'lost', 'WA')), [
    { key: 'gone', name: 'Of before', status: 'AC', score: 5, max_score: 5 },
  ]);
  const groups = groupsOf(editor, state);
  expect(groups.map((group) => group.name)).toEqual(['Of before']);
  expect(outside(groups, state.results).map((each) => each.validator_id)).toEqual(['8']);
});
