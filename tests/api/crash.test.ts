// kill -9 under load, again and again: everything that was acknowledged is there afterwards, nothing is
// there twice, and the ledger balances.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, until } from '../lib/client.ts';
import { freePort } from '../lib/server.ts';
import { type Place, places, right, World } from '../lib/world.ts';

const people = 6;
const kills = 4;
const finished = /^(AC|WA|CE|TLE|WTLE|MLE|OLE|RE|SIG|SV|IE)$/;

interface Draft {
  version: number;
  content: string;
}

class Person {
  readonly client: Client;
  readonly submissions = new Map<string, string>(); // Idempotency-Key → id, of those acknowledged
  readonly unanswered: { key: string; place: string }[] = [];
  draft: Draft = { version: 0, content: '' }; // last acknowledged
  draftInFlight: Draft | undefined;

  constructor(client: Client) {
    this.client = client;
  }
}

let data: string;
let world: World;
let listen: string;
let persons: Person[];
let where: Record<string, Place>;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'lyceum-crash-'));
  listen = `127.0.0.1:${await freePort()}`;
  world = await World.start({ data, listen });
  persons = [];
  for (let i = 0; i < people; ++i) persons.push(new Person(await world.user(`person${i}`)));
  where = await places((persons[0] as Person).client);
});
afterAll(async () => {
  await world?.stop();
  await rm(data, { recursive: true, force: true });
});

// Sends until the server dies under it. Whatever was not answered is unknown, and remembered as that.
async function work(person: Person): Promise<void> {
  const answers: [string, object][] = [['choice', right.choice], ['quiz', right.quiz], ['sum', right.sum]];
  for (let round = 0; ; ++round) {
    const [name, answer] = answers[round % answers.length] as [string, object];
    const idempotencyKey = crypto.randomUUID();
    const content = `# round ${crypto.randomUUID()}`;
    try {
      person.draftInFlight = { version: person.draft.version + 1, content };
      const saved = await person.client.put(`/api/v1/components/${where.sum?.componentId}/draft`, {
        base_version: person.draft.version, language: 'bash', files: [{ path: 'main.sh', content }],
      });
      if (saved.status === 200) person.draft = { version: saved.body.version, content };
      person.draftInFlight = undefined;
      person.unanswered.push({ key: idempotencyKey, place: name });
      const made = await person.client.post(`/api/v1/components/${where[name]?.componentId}/submissions`, answer, { 'idempotency-key': idempotencyKey });
      person.unanswered.pop();
      if (made.status === 202) person.submissions.set(idempotencyKey, made.body.id);
      else expect([429, 503]).toContain(made.status);
    } catch {
      return;
    }
  }
}

async function checkPerson(person: Person): Promise<void> {
  const answers: Record<string, object> = { choice: right.choice, quiz: right.quiz, sum: right.sum };

  // The draft is the acknowledged one, or the one that was on its way.
  const draft = (await person.client.get(`/api/v1/components/${where.sum?.componentId}/draft?language=bash`)).body;
  const kept = draft.version === 0 ? '' : draft.files[0].content;
  const possible = [person.draft.content, person.draftInFlight?.content].filter((text) => text !== undefined);
  expect(possible).toContain(kept);
  person.draft = { version: draft.version, content: kept };
  person.draftInFlight = undefined;

  // A repeated key gives the submission that there is, or makes it now: one of each key either way.
  for (const { key, place } of person.unanswered.splice(0)) {
    const again = await until(async () => {
      const answer = await person.client.post(`/api/v1/components/${where[place]?.componentId}/submissions`, answers[place], { 'idempotency-key': key });
      return answer.status === 429 ? undefined : answer;
    });
    expect(again.status).toBe(202);
    person.submissions.set(key, again.body.id);
  }

  // Every acknowledged submission is there, judged in the end, each validator once.
  expect(new Set(person.submissions.values()).size).toBe(person.submissions.size);
  for (const id of person.submissions.values()) {
    const submission = await until(async () => {
      const { status, body } = await person.client.get(`/api/v1/submissions/${id}`);
      expect(status).toBe(200);
      return finished.test(body.status) ? body : undefined;
    }, 60_000);
    expect(submission.status, JSON.stringify(submission)).toBe('AC');
    expect(submission.results.length).toBe(submission.validator_count);
    expect(new Set(submission.results.map((r: { validator_id: string }) => r.validator_id)).size).toBe(submission.results.length);
  }
  const listed = new Set<string>();
  for (const name of Object.keys(answers)) {
    let token = '';
    do {
      const page = (await person.client.get(`/api/v1/components/${where[name]?.componentId}/submissions?limit=100${token}`)).body;
      for (const submission of page.submissions) listed.add(submission.id);
      token = page.next_page_token ? `&page_token=${page.next_page_token}` : '';
    } while (token);
  }
  expect(listed).toEqual(new Set(person.submissions.values()));
}

async function checkPoints(person: Person): Promise<void> {
  const passed = [...person.submissions.values()];
  const worth: Record<string, number> = { choice: 5, quiz: 10, sum: 20 };
  let expected = 0;
  for (const [name, points] of Object.entries(worth)) {
    const page = (await person.client.get(`/api/v1/components/${where[name]?.componentId}/submissions?passed=true`)).body;
    if (page.submissions.length > 0) expected += points;
  }
  expect(passed.length === 0 || expected > 0).toBe(true);
  const me = await until(async () => {
    const { body } = await person.client.get('/api/v1/me');
    return body.points.earned >= expected ? body : undefined;
  });
  expect(me.points).toEqual({ balance: expected, earned: expected });
  const entries = (await person.client.get('/api/v1/me/points')).body.points;
  expect(entries.reduce((sum: number, entry: { amount: number }) => sum + entry.amount, 0)).toBe(expected);
  expect(new Set(entries.map((entry: { reason: string }) => entry.reason)).size).toBe(entries.length);
}

test('PRA-16 PRA-18 SUB-01 nothing acknowledged is lost and nothing is there twice, however often the server is killed', async () => {
  for (let round = 0; round < kills; ++round) {
    const working = persons.map(work);
    await new Promise((resolve) => setTimeout(resolve, 700 + 400 * round));
    await world.server.kill();
    await Promise.all(working);
    await world.restart();
    for (const person of persons) await checkPerson(person);
  }
  const total = persons.reduce((sum, person) => sum + person.submissions.size, 0);
  expect(total).toBeGreaterThan(kills * people);
  for (const person of persons) await checkPoints(person);
  expect((await world.server.command('ledger', 'check')).trim()).toMatch(/balances/);
}, 300_000);
