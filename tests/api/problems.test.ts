// Whole problems with their authors' right, wrong, slow and crashing solutions: every one gets the verdict of its folder.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../lib/client.ts';
import { submissions } from '../lib/kattis.ts';
import { World } from '../lib/world.ts';

let world: World;
let ann: Client;

beforeAll(async () => {
  world = await World.start();
  ann = await world.user('ann');
});
afterAll(() => world?.stop());

const problems = join(import.meta.dirname, '../problems');

for (const problem of ['circle', 'pair', 'heights', 'guess']) {
  describe(`SUB-04 ${problem}`, () => {
    const all = submissions(join(problems, problem));

    test('has solutions of every kind', () => {
      const folders = readdirSync(join(problems, problem, 'submissions'));
      expect(folders).toEqual(expect.arrayContaining(['accepted', 'wrong_answer', 'run_time_error']));
      expect(all.some((one) => one.verdicts.includes('TLE'))).toBe(true);
    });

    for (const { name, verdicts, score, request } of all) {
      test(`${name} is ${verdicts.join(' or ')}${score === undefined ? '' : ` and worth ${score}`}`, async () => {
        const { status, body } = await ann.post('/api/v1/runs', request);
        expect(status, JSON.stringify(body)).toBe(200);
        expect(verdicts, JSON.stringify(body, null, 1)).toContain(body.status);
        expect(body.score).toEqual(score);
      });
    }
  });
}

describe('SUB-04 what a judged run tells', () => {
  const only = (problem: string, name: string) => submissions(join(problems, problem)).find((one) => one.name === name)?.request as object;

  test('a checker says to the program why it is wrong', async () => {
    const { body } = await ann.post('/api/v1/runs', only('pair', 'wrong_answer/halves.py'));
    const wrong = body.tests.find((one: { status: string }) => one.status === 'WA');
    expect(wrong).toMatchObject({ id: 'secret/2-even', message: 'the numbers are the same\n' });
  });

  test('an interactor says to the judge what happened', async () => {
    const { body } = await ann.post('/api/v1/runs', only('guess', 'accepted/halves.py'));
    expect(body.tests[0].judge_message).toMatch(/^\d guesses\n$/);
    expect(body.tests[0]).not.toHaveProperty('message');
  });

  test('groups come with the last event of a stream, and what requires a failed one is SK', async () => {
    const events = await ann.events('POST', '/api/v1/runs', only('heights', 'wrong_answer/all_different.py'));
    const done = events.at(-1);
    expect(done?.event).toBe('done');
    expect(done?.data).toMatchObject({
      score: 20,
      groups: [
        { id: '1-small', status: 'WA', score: 0 },
        { id: '2-different', status: 'AC', score: 20 },
        { id: '3-large', status: 'SK', score: 0 },
      ],
    });
    const skipped = events.filter((event) => event.event === 'test' && event.data.status === 'SK').map((event) => event.data.id);
    expect(skipped.sort()).toEqual(['3-large/1', '3-large/2']);
  });
});
