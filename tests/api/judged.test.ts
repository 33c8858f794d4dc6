// Exercises judged by programs of their author: groups, a checker, an interactor.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, until } from '../lib/client.ts';
import { judgedCourse, key, type Place, places, World } from '../lib/world.ts';

let world: World;
let ann: Client;
let where: Record<string, Place>;

beforeAll(async () => {
  world = await World.start();
  await world.server.command('content', 'import', judgedCourse);
  ann = await world.user('ann');
  where = await places(ann, 'judged');
});
afterAll(() => world?.stop());

const bash = (content: string) => ({ language: 'bash', files: [{ path: 'main.sh', content }] });
const solution = async (path: string) => bash(await readFile(join(judgedCourse, path, 'main.sh'), 'utf8'));

// biome-ignore lint/suspicious/noExplicitAny: a submission as the API gives it
async function judged(name: string, answer: object): Promise<any> {
  const { body } = await ann.post(`/api/v1/components/${where[name]?.componentId}/submissions`, answer, key());
  return until(async () => {
    const submission = (await ann.get(`/api/v1/submissions/${body.id}`)).body;
    return /QUEUED|RUNNING/.test(submission.status) ? undefined : submission;
  });
}

test('SUB-04 any right answer is accepted, and part of the groups is part of the score', async () => {
  expect(await judged('pairs', bash('read -r n\necho $((n - 3)) 3\n'))).toMatchObject({
    status: 'AC',
    score: 1,
    points: 10,
    groups: [
      { key: 'small', name: 'Up to a hundred', status: 'AC', score: 40, max_score: 40 },
      { key: 'large', name: 'Up to a million', status: 'AC', score: 60, max_score: 60 },
    ],
  });
  const some = await judged('pairs', await solution('pairs/solutions/small'));
  expect(some).toMatchObject({ status: 'WA', score: 0.7, points: 0 });
  expect(some.groups.map((g: { status: string; score: number }) => [g.status, g.score])).toEqual([['AC', 40], ['WA', 30]]);
  const none = await judged('pairs', await solution('pairs/solutions/wrong'));
  expect(none).toMatchObject({ status: 'WA', score: 0 });
  expect(none.groups.map((g: { status: string }) => g.status)).toEqual(['WA', 'SK']);
});

test('SUB-04 the checker speaks to the learner of visible tests only, and nothing else of it leaves', async () => {
  const wrong = await judged('pairs', bash('echo 1 1\n'));
  expect(wrong.results[0]).toMatchObject({ name: 'Five', group: 'small', message: 'Their sum is 2.\n', stdin: '5\n' });
  expect(wrong.results[0]).not.toHaveProperty('expected');
  for (const hidden of wrong.results.slice(1)) expect(Object.keys(hidden).sort()).toEqual(['cpu_ms', 'group', 'memory_bytes', 'name', 'status', 'validator_id', 'visible']);
  const { body: page } = await ann.get(`/api/v1/contents/${where.pairs?.contentId}`);
  expect(JSON.stringify([wrong, page])).not.toMatch(/SECRET/);
});

test('SUB-01 a watcher gets results with their groups, and the scores at the end', async () => {
  const { body } = await ann.post(`/api/v1/components/${where.pairs?.componentId}/submissions`, await solution('pairs/solutions/small'), key());
  const events = await ann.events('GET', `/api/v1/submissions/${body.id}`);
  expect(events.map((e) => e.event)).toEqual(['compile', 'result', 'result', 'result', 'result', 'done']);
  // biome-ignore lint/suspicious/noExplicitAny: events as the API gives them
  const data = events.map((e) => e.data as any);
  expect(data.slice(1, 5).map((result) => result.group)).toEqual(['small', 'small', 'large', 'large']);
  expect(data[5]).toMatchObject({ status: 'WA', score: 0.7, groups: [{ score: 40 }, { score: 30 }] });
});

test('SUB-01 a program talks with the interactor, or waits in vain', async () => {
  expect(where.guess?.component.editor.interactive).toBe(true);
  const right = await judged('guess', await solution('guess/solutions/right'));
  expect(right).toMatchObject({ status: 'AC', points: 10 });
  expect(right.results[0]).toMatchObject({ message: 'Found.', stdin: '42\n' });
  const silent = await judged('guess', await solution('guess/solutions/silent'));
  expect(silent.results[0].status).toBe('WTLE');
  expect((await judged('guess', bash('echo hello\nread -r answer || true\n'))).results[0]).toMatchObject({ status: 'WA', message: 'That is no guess.' });
});

test('SUB-02 a try is judged by the same programs without a score; own input is the program alone', async () => {
  const path = (name: string) => `/api/v1/components/${where[name]?.componentId}/runs`;
  expect((await ann.post(path('pairs'), bash('echo 1 4\n'))).body).toMatchObject({ status: 'AC', results: [{ name: 'Five', group: 'small', status: 'AC' }] });
  expect((await ann.post(path('guess'), await solution('guess/solutions/right'))).body.status).toBe('AC');
  expect((await ann.post(path('guess'), { ...bash('read -r x\necho "got $x"\n'), stdin: 'higher\n' })).body.results[0]).toMatchObject({ status: 'AC', stdout: 'got higher\n' });
});

test('PRA-19 reference solutions get their verdicts and their scores', async () => {
  expect(await world.server.command('content', 'check', judgedCourse, '--run')).toMatch(/2 contents, nothing wrong/);
  expect(await world.server.command('content', 'import', judgedCourse)).toMatch(/ 0 in a new version/);
});
