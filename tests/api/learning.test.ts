// Courses, drafts, submissions and what they must not tell, over HTTP.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, until } from '../lib/client.ts';
import { course, key, type Place, places, right, World } from '../lib/world.ts';
import { command, commandFails } from '../lib/server.ts';
import { mkdtemp, rm, cp, readFile, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let world: World;
let ann: Client;
let bob: Client;
let where: Record<string, Place>;

const place = (name: string): Place => where[name] as Place;
const submit = (who: Client, name: string, answer: object, headers = key()) =>
  who.post(`/api/v1/components/${place(name).componentId}/submissions`, answer, headers);

// biome-ignore lint/suspicious/noExplicitAny: a submission as the API gives it
async function judged(who: Client, id: string): Promise<any> {
  return until(async () => {
    const { body } = await who.get(`/api/v1/submissions/${id}`);
    return /QUEUED|RUNNING/.test(body.status) ? undefined : body;
  });
}

beforeAll(async () => {
  world = await World.start();
  ann = await world.user('ann');
  bob = await world.user('bob');
  where = await places(ann);
});
afterAll(() => world?.stop());

describe('reading', () => {
  test('PRA-09 PRA-10 PRA-11 modules can be listed, filtered and opened, by guests too', async () => {
    for (const who of [ann, world.guest()]) {
      const { modules } = (await who.get('/api/v1/modules?q=test&tag=testing&language=python&difficulty=easy')).body;
      expect(modules.map((m: { key: string }) => m.key)).toEqual(['course']);
      expect((await who.get('/api/v1/modules?q=nothing+like+it')).body.modules).toEqual([]);
      const module = (await who.get(`/api/v1/modules/${modules[0].id}`)).body;
      expect(module.modules.map((m: { title: string }) => m.title)).toEqual(['Basics', 'More']);
      expect(module.modules[0].contents.map((c: { key: string }) => c.key)).toEqual(['read', 'sum', 'choice', 'quiz']);
      expect(module).toMatchObject({ content_count: 5, points: 42 });
    }
  });

  test('PRA-12 a content has its components, its place and its neighbours', async () => {
    const { content } = place('sum');
    expect(content).toMatchObject({ title: 'Sum of two numbers', kind: 'exercise', points: 20, version: 1 });
    expect(content.crumbs.map((c: { title: string }) => c.title)).toEqual(['Test course', 'Basics']);
    expect(content.previous_content_id).toBe(place('read').contentId);
    expect(content.next_content_id).toBe(place('choice').contentId);
    const starters = place('sum').component.editor.starters;
    expect(starters.map((s: { language: string }) => s.language)).toEqual(['python', 'bash', 'cpp']);
  });

  test('SUB-04 nothing that is hidden leaves the server', async () => {
    const wrong = { language: 'python', files: [{ path: 'main.py', content: 'a, b = map(int, input().split()); print((a + b) % 1000000)' }] };
    const submission = await judged(ann, (await submit(ann, 'sum', wrong)).body.id);
    expect(submission.status).toBe('WA');
    const hidden = submission.results.find((r: { visible: boolean }) => !r.visible);
    expect(Object.keys(hidden).sort()).toEqual(['cpu_ms', 'memory_bytes', 'name', 'status', 'validator_id', 'visible']);
    const visible = submission.results.find((r: { name: string }) => r.name === 'Small numbers');
    expect(visible).toMatchObject({ status: 'AC', stdin: '1 2\n', expected: '3\n', stdout: '3\n' });
    const choice = await judged(ann, (await submit(ann, 'choice', { choices: ['b'] })).body.id);
    const quiz = await judged(ann, (await submit(ann, 'quiz', { answers: [{ question_id: 'three', text: 'Rome' }] })).body.id);
    expect([choice.status, quiz.status]).toEqual(['WA', 'WA']);
    const all = JSON.stringify([where, submission, choice, quiz, (await ann.get('/api/v1/modules')).body]);
    for (const secret of ['SECRET', '900099990002', '99990001', '"right"', 'Paris'])
      expect(all.includes(secret), secret).toBe(false);
  });
});

describe('drafts', () => {
  const path = () => `/api/v1/components/${place('sum').componentId}/draft`;
  const draft = (content: string, base: number) => ({ base_version: base, language: 'python', files: [{ path: 'main.py', content }] });

  test('PRA-18 PRA-14 PRA-15 a draft is there again, file by file', async () => {
    const files = [{ path: 'main.py', content: '# é\n' }, { path: 'lib/more.py', content: '' }];
    const saved = await bob.put(path(), { base_version: 0, language: 'python', files });
    expect(saved.status).toBe(200);
    expect((await bob.get(`${path()}?language=python`)).body).toMatchObject({ version: saved.body.version, language: 'python', files });
    expect((await bob.get(path())).body).toMatchObject({ version: saved.body.version });
  });

  test('PRA-18 of two tabs the second is told, and nothing of the first is lost', async () => {
    const first = await ann.put(path(), draft('first', 0));
    expect(first.status).toBe(200);
    const second = await ann.put(path(), draft('second', 0));
    expect(second.status).toBe(409);
    expect(second.body.reason).toBe('draft_conflict');
    expect((await ann.get(path())).body.files[0].content).toBe('first');
  });

  test("nobody sees another one's draft", async () => {
    expect((await world.user('eve').then((eve) => eve.get(path()))).body).toMatchObject({ version: 0, files: [] });
  });
});

describe('submissions', () => {
  test('PRA-13 PRA-16 progress is followed, and a lesson is done when it was read', async () => {
    const carl = await world.user('carl');
    const state = async () => {
      const { modules } = (await carl.get('/api/v1/modules')).body;
      return modules.find((m: { key: string }) => m.key === 'course');
    };
    expect(await state()).toMatchObject({ state: 'new', passed_count: 0 });
    expect((await carl.post(`/api/v1/contents/${place('read').contentId}/done`, {})).status).toBe(200);
    await judged(carl, (await submit(carl, 'choice', right.choice)).body.id);
    expect(await state()).toMatchObject({ state: 'begun', passed_count: 2, points_earned: 5 });
    for (const name of ['quiz', 'sum'] as const) expect((await judged(carl, (await submit(carl, name, right[name])).body.id)).status).toBe('AC');
    const echo = { language: 'python', files: [{ path: 'main.py', content: 'import sys\nsys.stdout.write(sys.stdin.read())\n' }] };
    expect((await judged(carl, (await submit(carl, 'echo', echo)).body.id)).status).toBe('AC');
    expect(await state()).toMatchObject({ state: 'passed', passed_count: 5, points_earned: 42 });
    expect((await carl.get('/api/v1/me/recent')).body.recent).toEqual([]);
  });

  test('SUB-03 those that passed are listed and can be started from', async () => {
    const dan = await world.user('dan');
    await judged(dan, (await submit(dan, 'sum', { language: 'bash', files: [{ path: 'main.sh', content: 'echo 3' }] })).body.id);
    const good = await judged(dan, (await submit(dan, 'sum', right.sum)).body.id);
    const { submissions } = (await dan.get(`/api/v1/components/${place('sum').componentId}/submissions?passed=true`)).body;
    expect(submissions.map((s: { id: string }) => s.id)).toEqual([good.id]);
    expect((await dan.get(`/api/v1/submissions/${good.id}`)).body.files).toEqual(right.sum.files);
  });

  test('the same Idempotency-Key is the same submission, with another answer it is 422', async () => {
    const headers = key();
    const first = await submit(bob, 'choice', { choices: ['b'] }, headers);
    const again = await submit(bob, 'choice', { choices: ['b'] }, headers);
    expect(again.status).toBe(202);
    expect(again.body.id).toBe(first.body.id);
    const other = await submit(bob, 'choice', { choices: ['a'] }, headers);
    expect(other.status).toBe(422);
    expect(other.body.reason).toBe('idempotency_key_reused');
    expect((await bob.post(`/api/v1/components/${place('choice').componentId}/submissions`, { choices: ['b'] })).status).toBe(400);
    await judged(bob, first.body.id);
  });

  test("another one's submission does not exist", async () => {
    const id = (await submit(ann, 'choice', { choices: ['b'] })).body.id;
    expect((await bob.get(`/api/v1/submissions/${id}`)).status).toBe(404);
    await judged(ann, id);
  });

  test('an answer of the wrong kind is 400', async () => {
    const wrong: [string, object][] = [
      ['sum', right.choice], ['choice', right.sum], ['quiz', right.choice], ['choice', { choices: ['nonsense'] }], ['choice', { choices: ['a', 'b'] }],
      ['choice', {}], ['sum', { language: 'java', files: [{ path: 'Main.java', content: '' }] }], ['sum', { language: 'python', files: [] }],
      ['sum', { language: 'python', files: [{ path: '../x.py', content: '' }] }], ['quiz', { answers: [{ question_id: 'nonsense', text: 'x' }] }],
    ];
    for (const [name, answer] of wrong) expect((await submit(ann, name, answer)).status, `${name} ${JSON.stringify(answer)}`).toBe(400);
  });

  test('a component that takes no answer says so', async () => {
    const text = place('sum').content.components.find((c: { type: string }) => c.type === 'markdown');
    expect([400, 404, 409]).toContain((await ann.post(`/api/v1/components/${text.id}/submissions`, right.choice, key())).status);
  });
});

describe('trying', () => {
  const path = () => `/api/v1/components/${place('sum').componentId}/runs`;

  test('SUB-02 own input and one visible validator, without a submission', async () => {
    const own = await ann.post(path(), { ...right.sum, stdin: '20 22\n' });
    expect(own.body.results[0]).toMatchObject({ stdout: '42\n', status: 'AC' });
    const validators = place('sum').component.editor.validators;
    const visible = validators.find((v: { name: string }) => v.name === 'Negative numbers');
    const one = await ann.post(path(), { ...right.sum, validator_id: visible.id });
    expect(one.body.results.map((r: { name: string }) => r.name)).toEqual(['Negative numbers']);
    const hidden = validators.find((v: { visible: boolean }) => !v.visible);
    expect((await ann.post(path(), { ...right.sum, validator_id: hidden.id })).status).toBe(404);
    const all = await ann.events('POST', path(), right.sum);
    expect(all.map((e) => e.event)).toEqual(['compile', 'result', 'result', 'done']);
  });

  test('a guest may run the sample exercise and nothing else', async () => {
    const guest = world.guest();
    const sample = await guest.get('/api/v1/sample');
    expect(sample.body).toMatchObject({ title: 'Echo' });
    const events = await guest.events('POST', '/api/v1/sample/runs', { language: 'python', files: [{ path: 'main.py', content: 'import sys\nsys.stdout.write(sys.stdin.read())\n' }] });
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { status: 'AC' } });
    expect((await guest.post(path(), right.sum)).status).toBe(401);
  });
});

describe('PRA-19 courses as folders', () => {
  test('equal content makes no new version; a change makes one of that content alone, and ids stay', async () => {
    expect(await world.server.command('content', 'import', course)).toMatch(/0 in a new version/);
    const folder = await mkdtemp(join(tmpdir(), 'lyceum-course-'));
    try {
      await cp(course, join(folder, 'course'), { recursive: true });
      const file = join(folder, 'course/basics/choice/content.yaml');
      await writeFile(file, (await readFile(file, 'utf8')).replace('Which of these is a number?', 'Which is a number?'));
      expect(await world.server.command('content', 'import', join(folder, 'course'))).toMatch(/ 1 in a new version/);
      const { body } = await ann.get(`/api/v1/contents/${place('choice').contentId}`);
      expect(body).toMatchObject({ version: 2, id: place('choice').contentId });
      expect(body.components[0].id).toBe(place('choice').componentId);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('what is exported can be imported again and is equal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lyceum-export-'));
    try {
      await world.server.command('content', 'export', join(folder, 'course'), '--key', 'course');
      expect((await readdir(join(folder, 'course'))).sort()).toEqual(['basics', 'module.md', 'module.yaml', 'more']);
      expect(await world.server.command('content', 'import', join(folder, 'course'))).toMatch(/ 0 in a new version/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('check runs the reference solutions, and says file and field of what is wrong', async () => {
    expect(await world.server.command('content', 'check', course, '--run')).toMatch(/5 contents, nothing wrong/);
    const folder = await mkdtemp(join(tmpdir(), 'lyceum-bad-'));
    try {
      await cp(course, join(folder, 'bad'), { recursive: true });
      const file = join(folder, 'bad/basics/sum/content.yaml');
      await writeFile(file, (await readFile(file, 'utf8')).replace('difficulty: easy', 'difficulty: eassy\nnonsense: 1').replace('solutions/bash', 'solutions/none'));
      const failed = await commandFails('content', 'check', join(folder, 'bad'), '--data', world.server.data);
      expect(failed.code).toBe(1);
      for (const word of ['basics/sum/content.yaml', 'difficulty', 'nonsense', 'solutions/none']) expect(failed.stderr).toContain(word);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('the command line says its version', async () => {
  expect(await command('version')).toMatch(/^lyceum \d+\.\d+\.\d+\n$/);
});
