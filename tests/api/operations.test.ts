// What operators and administrators see of the runner.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client, type Problem, parseEvents, type ServerEvent, until } from '../lib/client.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { freePort, Server } from '../lib/server.ts';
import { shape } from '../lib/shape.ts';
import { password, World } from '../lib/world.ts';

const page = '/api/v1/admin/runner';
const program = (text: string, tests = 1) => ({
  language: 'bash',
  files: [{ path: 'main.sh', content: text }],
  tests: Array.from({ length: tests }, (_, i) => ({ id: `${i + 1}`, stdin: 'the input', expected: 'the answer' })),
});

let world: World;
let root: Client;
let ann: Client;

beforeAll(async () => {
  world = await World.start();
  root = await world.user('root', 'administrator');
  ann = await world.user('ann');
});
afterAll(() => world?.stop());

describe('ADM-03 the runner, as administrators see it', () => {
  test('it is for administrators, by session, or a token of the scope admin', async () => {
    const guest = new Client(world.server.url);
    expect((await guest.get<Problem>(page)).body).toMatchObject({ status: 401, reason: 'sign_in_required' });
    const session = new Session(world.server.url); // has every scope
    await session.signIn('ann@example.org', password);
    for (const accept of ['application/json', 'text/event-stream']) {
      const refused = await session.request('GET', page, undefined, { accept });
      expect(await refused.json(), accept).toMatchObject({ status: 403, reason: 'role_missing' });
    }
    const narrow = await world.token('root', 'run');
    expect((await narrow.get<Problem>(page)).body).toMatchObject({ status: 403, reason: 'scope_missing' });
    expect((await root.get(page)).status).toBe(200);
  });

  test('it has slots, queues, cache and who ran what how, and nothing of what was run', async () => {
    const me = (await ann.get('/api/v1/me')).body.id;
    const run = (await ann.post('/api/v1/runs', program('echo the answer; echo an error >&2', 3))).body;
    expect(run.status).toBe('AC');
    const { status, body } = await root.get(page);
    expect(status).toBe(200);
    expect(body.sandbox).toEqual({ status: 'ok' });
    expect(body.slots.length).toBeGreaterThan(0);
    expect(body.slots[0]).toMatchObject({ number: 1 });
    expect(body.queues.map((queue: { priority: string }) => queue.priority)).toEqual(['try', 'judge', 'rejudge']);
    expect(body.cache.bytes_max).toBeGreaterThan(0);
    const seen = body.runs.find((each: { id: string }) => each.id === run.id);
    expect(seen).toMatchObject({ user_id: me, language: 'bash', priority: 'try', status: 'AC', tests: 3, tests_done: 3, cached: false });
    expect(Object.keys(seen).sort()).toEqual(
      ['cached', 'cpu_ms', 'id', 'language', 'priority', 'queue_ms', 'run_ms', 'started_at', 'status', 'tests', 'tests_done', 'user_id'],
    );
    expect(JSON.stringify(body)).not.toMatch(/the answer|the input|an error|main\.sh/);
  });

  test('a stream tells of a run while it is under way, and of its end', async () => {
    const stop = new AbortController();
    const response = await fetch(world.server.url + page, { headers: { authorization: root.bearer, accept: 'text/event-stream' }, signal: stop.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = '';
    const next = async (wanted: (event: ServerEvent) => boolean): Promise<ServerEvent> => {
      for (;;) {
        const found = parseEvents(text.slice(0, text.lastIndexOf('\n\n') + 2)).find(wanted);
        if (found) return found;
        const { done, value } = await reader.read();
        if (done) throw new Error('the stream has ended');
        text += decoder.decode(value, { stream: true });
      }
    };
    const first = await next(({ event }) => event === 'state');
    const running = ann.post('/api/v1/runs', { ...program('read -r line; sleep 2; echo the answer'), limits: { wall_ms: 10_000 } });
    const begun = await next(({ data }) => data.runs[0]?.status === 'RUNNING');
    expect(begun.data.runs[0].id).not.toBe(first.data.runs[0]?.id);
    expect(begun.data.slots.filter((slot: { busy: boolean }) => slot.busy)).toMatchObject([{ language: 'bash', run_id: begun.data.runs[0].id }]);
    const { id } = (await running).body;
    const ended = await next(({ data }) => data.runs[0]?.id === id && data.runs[0].run_ms !== undefined);
    expect(ended.data.runs[0]).toMatchObject({ status: 'AC', tests_done: 1, tests: 1 });
    stop.abort();
  });
});

describe.runIf(shape === 'one')('PLAT-10 the runner in /metrics and /readyz', () => {
  const metrics = async () => parseMetrics(await (await fetch(`${world.server.url}/metrics`)).text());

  test('runs, verdicts, waits, slots and cache are counted', async () => {
    const before = await metrics();
    expect((await ann.post('/api/v1/runs', program('echo wrong', 2))).body.status).toBe('WA');
    const after = await metrics();
    const rise = (name: string, labels: Record<string, string> = {}) => total(after, name, labels) - total(before, name, labels);
    expect(rise('runner_runs_total', { status: 'WA' })).toBe(1);
    expect(rise('runner_tests_total', { status: 'WA' })).toBe(2);
    expect(rise('runner_queue_wait_seconds_count', { priority: 'try' })).toBe(2);
    expect(rise('runner_run_seconds_count')).toBe(1);
    expect(total(after, 'runner_slots')).toBeGreaterThan(0);
    expect(total(after, 'runner_slots_in_use')).toBe(0);
    expect(total(after, 'runner_queue_length')).toBe(0);
    expect(total(after, 'runner_sandbox_up')).toBe(1);
  });

  test('a process says that its sandbox works', async () => {
    await until(async () => ((await (await fetch(`${world.server.url}/readyz`)).text()) === 'ready\nrunner: ok\n' ? true : undefined));
  });
});

describe('PLAT-10 where no sandbox can be had', () => {
  const nowhere = '--runner.sandbox=/nonexistent/sandbox.sock';

  test('a process that is there for nothing else is not ready, and tells no places', async () => {
    const runner = await Server.start({ listen: `127.0.0.1:${await freePort()}`, settings: ['--target=runner', nowhere] });
    try {
      const answer = await until(async () => {
        const found = await fetch(`${runner.url}/readyz`);
        const text = await found.text();
        return text.includes('not_tried') ? undefined : { status: found.status, text };
      });
      expect(answer).toEqual({ status: 503, text: 'not ready\nrunner: sandbox_unavailable\n' });
      expect((await fetch(`${runner.url}/healthz`)).status).toBe(200);
      expect(total(parseMetrics(await (await fetch(`${runner.url}/metrics`)).text()), 'runner_sandbox_up')).toBe(0);
    } finally {
      await runner.stop();
    }
  });

  test('one that has other services stays ready; runs are 503, and administrators see why', async () => {
    const other = await World.start({ settings: [nowhere] });
    try {
      const admin = await other.user('root', 'administrator');
      expect((await admin.post<Problem>('/api/v1/runs', program('true'))).body).toMatchObject({ status: 503, reason: 'sandbox_unavailable' });
      expect((await fetch(`${other.server.url}/readyz`)).status).toBe(200);
      expect((await admin.get('/api/v1/modules')).status).toBe(200);
      const body = await until(async () => {
        const { body } = await admin.get(page);
        return body.sandbox.status === 'unknown' ? undefined : body;
      });
      expect(body.sandbox.status).toBe('unavailable');
      expect(body.sandbox.message).toContain('sudo lyceum sandbox');
      expect(body.runs[0]).toMatchObject({ status: 'IE', error: 'sandbox_unavailable' });
    } finally {
      await other.stop();
    }
  });
});
