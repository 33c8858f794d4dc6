// What operators and programs see of the whole: health, metrics, OpenAPI, headers, traces, logs, drain.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client, type Problem, until } from '../lib/client.ts';
import { parseMetrics, type Sample, total } from '../lib/metrics.ts';
import { problems, resolve } from '../lib/schema.ts';
import { attempt, freePort } from '../lib/server.ts';
import { key, password, places, right, World } from '../lib/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document
type Json = any;

let world: World;
let ann: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--server.trusted_proxies=127.0.0.1'] });
  ann = await world.user('ann');
});
afterAll(() => world?.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(world.server.url + path, { redirect: 'manual', headers });
const metrics = async (): Promise<Sample[]> => parseMetrics(await (await get('/metrics')).text());

describe('PLAT-10 health and metrics', () => {
  test('healthz and readyz answer, and are never stored', async () => {
    for (const [path, text] of [['/healthz', /^ok\n$/], ['/readyz', /^ready\n(runner: \w+\n)?$/]] as const) {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toMatch(text);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('metrics are in the text format and rise with what happens', async () => {
    const name = 'http_server_request_duration_seconds_count';
    const route = { http_route: '/api/v1/modules', http_request_method: 'GET', http_response_status_code: '200' };
    const before = await metrics();
    for (let i = 0; i < 5; ++i) await ann.get('/api/v1/modules');
    const after = await metrics();
    expect(total(after, name, route) - total(before, name, route)).toBe(5);
    expect(after.length).toBeGreaterThan(20);
    expect((await get('/metrics')).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  test('no label grows with what people send', async () => {
    const noise = async (round: string) => {
      for (let i = 0; i < 20; ++i) {
        await ann.get(`/api/v1/nonsense-${round}-${i}`);
        await ann.get(`/api/v1/modules/${round.length}${1000 + i}`);
        await ann.get(`/api/v1/modules?q=noise-${round}-${i}`);
        await get(`/noise-${round}-${i}.js`);
        await ann.send(`NOISE${round}${i}`.toUpperCase().replace(/[^A-Z]/g, 'X'), '/api/v1/me').catch(() => {});
        await new Client(world.server.url, `ly_pat_noise${round}${i}`).get('/api/v1/me');
      }
    };
    await noise('one');
    const before = await metrics();
    await noise('two');
    const after = await metrics();
    const known = new Set(before.map((s) => s.name + JSON.stringify(s.labels)));
    expect(after.filter((s) => !known.has(s.name + JSON.stringify(s.labels)))).toEqual([]);
    expect(JSON.stringify(after)).not.toMatch(/noise/i);
  });
});

describe('PLAT-12 the description of the API', () => {
  let document: Json;
  const operations = (): [string, Json][] =>
    Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods)
        .filter(([method]) => /^(get|put|post|patch|delete)$/.test(method))
        .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as [string, Json]),
    );
  beforeAll(async () => {
    const answer = await get('/api/openapi.json');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    document = await answer.json();
  });

  test('is OpenAPI 3.1; every operation has an id of its own, a summary and answers; every reference leads somewhere', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.stringMatching(/Lyceum/), version: expect.stringMatching(/^\d/) });
    const ids = operations().map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations()) {
      expect(operation.operationId, name).toMatch(/^\w+$/);
      expect(operation.summary, name).toMatch(/\S/);
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2')), name).toBe(true);
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = (operation.parameters ?? []).map((p: Json) => resolve(document, p)).filter((p: Json) => p.in === 'path');
      expect(described.map((p: Json) => p.name).sort(), name).toEqual(inPath.sort());
      expect(described.every((p: Json) => p.required === true), name).toBe(true);
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    for (const $ref of new Set(references)) expect(resolve(document, { $ref }), $ref).toBeTypeOf('object');
  });

  test('has the routes that stay', () => {
    const names = operations().map(([name]) => name.replace(/\{\w+\}/, '{id}'));
    for (const name of [
      'POST /api/v1/runs', 'GET /api/v1/languages', 'GET /api/v1/modules', 'GET /api/v1/modules/{id}', 'GET /api/v1/contents/{id}',
      'POST /api/v1/components/{id}/submissions', 'GET /api/v1/submissions/{id}', 'GET /api/v1/me',
    ])
      expect(names).toContain(name);
  });

  test('its examples fit its schemas, and there are some', () => {
    let examples = 0;
    for (const [name, operation] of operations()) {
      const media = operation.requestBody?.content?.['application/json'];
      const given = [media?.example, ...Object.values<Json>(media?.examples ?? {}).map((e) => e.value)].filter((e) => e !== undefined);
      for (const example of given) {
        ++examples;
        expect(problems(document, media.schema, example), name).toEqual([]);
      }
    }
    expect(examples).toBeGreaterThanOrEqual(5);
  });

  test('real answers fit it', async () => {
    const where = await places(ann);
    const cases: [string, Json][] = [
      ['GET /api/v1/me', (await ann.get('/api/v1/me')).body],
      ['GET /api/v1/modules', (await ann.get('/api/v1/modules')).body],
      ['GET /api/v1/contents/{content_id}', where.sum?.content],
      ['GET /api/v1/contents/{content_id}', where.quiz?.content],
      ['GET /api/v1/languages', (await ann.get('/api/v1/languages')).body],
      ['GET /api/v1/ranking', (await ann.get('/api/v1/ranking')).body],
      ['POST /api/v1/runs', (await ann.post('/api/v1/runs', { language: 'bash', files: [{ path: 'a.sh', content: 'echo 1' }], tests: [{ id: '1' }] })).body],
    ];
    for (const [name, body] of cases) {
      const operation = operations().find(([n]) => n === name)?.[1];
      const schema = operation?.responses?.['200']?.content?.['application/json']?.schema;
      expect(schema, name).toBeTruthy();
      expect(problems(document, schema, body), name).toEqual([]);
    }
  });

  test('can be read and tried at /docs, with files of this server alone', async () => {
    let page = await get('/docs');
    if (page.status >= 300 && page.status < 400) page = await get(page.headers.get('location') ?? '');
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html).not.toMatch(/<script>|<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son\w+="/);
    const csp = page.headers.get('content-security-policy') ?? '';
    expect(csp).toMatch(/default-src '(self|none)'/);
    expect(csp).not.toMatch(/script-src[^;]*unsafe/);
    const files = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file]) => new URL(file as string, page.url));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(file.origin).toBe(world.server.url);
      const answer = await fetch(file);
      expect(answer.status, file.pathname).toBe(200);
      await answer.arrayBuffer();
    }
  });
});

describe('headers', () => {
  test('every kind of answer says that its type is to be believed, and which pages may do what', async () => {
    const home = await get('/', { accept: 'text/html' });
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await home.text())?.[1] as string;
    const signIn = await new Session(world.server.url).visit('/auth/login');
    const where = await places(ann);
    const run = await fetch(`${world.server.url}/api/v1/components/${where.sum?.componentId}/runs`, {
      method: 'POST',
      headers: { authorization: ann.bearer, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify(right.sum),
    });
    await run.text();
    const answers: Record<string, Response> = {
      home, script: await get(script), 'a page of the app': await get('/learn', { accept: 'text/html' }), 'sign-in': signIn.response,
      redirect: await get('/auth/login'), json: await get('/api/v1/modules'), problem: await get('/api/v1/me'),
      'no route': await get('/api/v1/nonsense'), openapi: await get('/api/openapi.json'), health: await get('/healthz'),
      metrics: await get('/metrics'), 'no picture': await get(`/media/pictures/${'0'.repeat(64)}`), events: run,
      'wrong method': await fetch(`${world.server.url}/api/v1/modules`, { method: 'DELETE' }),
    };
    for (const [what, { status, headers }] of Object.entries(answers)) {
      expect.soft(headers.get('x-content-type-options'), what).toBe('nosniff');
      expect.soft(headers.get('strict-transport-security'), `${what} over http`).toBeNull();
      expect.soft(headers.get('server') ?? '', what).not.toMatch(/\d/);
      expect.soft(headers.get('access-control-allow-origin'), what).toBeNull();
      expect.soft(headers.get('traceparent'), what).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      if (/json/.test(headers.get('content-type') ?? '') && what !== 'openapi') expect.soft(headers.get('cache-control'), what).toMatch(/no-store/);
      if (/html/.test(headers.get('content-type') ?? '')) {
        expect.soft(headers.get('content-security-policy'), what).toContain("frame-ancestors 'none'");
        expect.soft(headers.get('content-security-policy'), what).not.toMatch(/script-src[^;]*unsafe/);
        expect.soft(headers.get('referrer-policy'), what).toBeTruthy();
      }
      expect.soft(status, what).toBeLessThan(500);
    }
    expect(answers.script?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answers.home?.headers.get('cache-control')).toBe('no-cache');
    expect(answers.problem?.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  test('over https the browser is told to stay there', async () => {
    const port = await freePort();
    const secure = await World.start({ listen: `127.0.0.1:${port}`, settings: ['--public-url=https://lyceum.example'] });
    try {
      const home = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
      expect(home.headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
    } finally {
      await secure.stop();
    }
  });
});

describe('PLAT-09 one trace', () => {
  const lines = (): Json[] => world.server.log.split('\n').filter(Boolean).map((line) => JSON.parse(line));

  test("a trusted proxy's trace goes on: in the answer, in a problem and in the log", async () => {
    const trace = crypto.randomUUID().replaceAll('-', '');
    const answer = await get('/api/v1/me', { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    expect(((await answer.json()) as Problem).trace_id).toBe(trace);
    const line = await until(async () => lines().find((l) => l.trace_id === trace && l.msg === 'request'));
    expect(line).toMatchObject({ level: 'info', method: 'GET', route: '/api/v1/me', status: 401 });
    expect(Date.parse(line.ts)).toBeGreaterThan(Date.now() - 60_000);
  });

  test('nobody else chooses the trace', async () => {
    const other = await World.start();
    try {
      const trace = crypto.randomUUID().replaceAll('-', '');
      const answer = await fetch(`${other.server.url}/api/v1/me`, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
      expect(answer.headers.get('traceparent')?.slice(3, 35)).not.toBe(trace);
    } finally {
      await other.stop();
    }
  });

  test('a malformed one is not taken over', async () => {
    for (const bad of ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'nonsense', `ff-${'a'.repeat(32)}-00f067aa0ba902b7-01`, `00-${'A'.repeat(32)}-00f067aa0ba902b7-01`]) {
      const answer = await get('/api/v1/me', { traceparent: bad });
      expect(answer.headers.get('traceparent'), bad).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      expect(answer.headers.get('traceparent')?.split('-')[1], bad).not.toBe(bad.split('-')[1]?.toLowerCase());
    }
  });

  test('a submission that is judged after its answer keeps the trace', async () => {
    const where = await places(ann);
    const trace = crypto.randomUUID().replaceAll('-', '');
    const made = await ann.post(`/api/v1/components/${where.choice?.componentId}/submissions`, right.choice, {
      ...key(), traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    });
    expect(made.status).toBe(202);
    await until(async () => ((await ann.get('/api/v1/me')).body.points.earned > 0 ? true : undefined));
    await until(async () => (lines().some((l) => l.trace_id === trace) ? true : undefined));
  });

  test('the log is JSON lines, and no token, password, cookie, address or query is ever in it', async () => {
    const secret = `secret-${crypto.randomUUID()}`;
    const email = `log-${crypto.randomUUID().slice(0, 8)}@example.org`;
    const guest = world.guest();
    await world.user('logan');
    const session = new Session(world.server.url);
    await session.signIn('logan@example.org', secret);
    await session.signIn('logan@example.org', password);
    await guest.post('/api/v1/sign-up', { email, password: secret });
    await guest.post('/api/v1/password/forgot', { email });
    await guest.post('/api/v1/password/reset', { token: secret, password: secret });
    await guest.post('/api/v1/sign-up/confirm', { token: secret });
    await guest.get(`/api/v1/modules?q=${secret}`);
    await guest.get(`/confirm?token=${secret}`);
    await guest.get(`/api/v1/nonsense/${secret}?x=${secret}`);
    await new Client(world.server.url, `ly_pat_${secret}`).get('/api/v1/me');
    await get('/api/v1/me', { cookie: `__Host-ly_app=${secret}` });
    await get('/auth/callback?code=nonsense&state=nonsense');
    await ann.post('/api/v1/runs', { language: 'bash', files: [{ path: 'a.sh', content: `echo ${secret} >&2` }], tests: [{ id: secret }] });
    const made = await session.json('POST', '/api/v1/tokens', { name: 'log' }, key());
    const { token } = (await made.json()) as { token: string };
    await new Client(world.server.url, token).get('/api/v1/me');
    const cookie = session.cookie('__Host-ly_app') as string;
    await session.json('POST', '/auth/logout');

    const log = lines(); // throws where a line is no JSON
    expect(log.length).toBeGreaterThan(20);
    const text = JSON.stringify(log);
    for (const hidden of [secret, password, token, cookie, ann.bearer.slice(7), email, 'logan@example.org', 'code=nonsense'])
      expect(text.includes(hidden), hidden).toBe(false);
    expect(text).not.toMatch(/ly_(pat|at|rt)_/);
  });
});

describe('starting and stopping', () => {
  test('two servers never share a data folder', async () => {
    const second = await attempt(['serve', '--data', world.server.data, '--listen', '127.0.0.1:0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`another Lyceum is using ${world.server.data}`);
    expect((await ann.get('/api/v1/me')).status).toBe(200);
  });

  test('an address in use and a folder that cannot be made are said, with exit code 1', async () => {
    const port = new URL(world.server.url).port;
    const taken = await attempt(['serve', '--data', `${world.server.data}/other`, '--listen', `127.0.0.1:${port}`]);
    expect([taken.code, taken.stdout]).toEqual([1, '']);
    expect(taken.stderr).toMatch(new RegExp(`^lyceum: .*127\\.0\\.0\\.1.*${port}`, 'm'));
    const nowhere = await attempt(['serve', '--data', `${world.server.data}/lock/under-a-file`, '--listen', '127.0.0.1:0']);
    expect([nowhere.code, nowhere.stdout]).toEqual([1, '']);
    expect(nowhere.stderr).toMatch(/^lyceum: cannot make the data folder .*under-a-file/m);
  });

  test('SIGTERM finishes what has begun, refuses the rest, and ends with 0', async () => {
    const other = await World.start();
    const user = await other.user('drain');
    const slow = { language: 'bash', files: [{ path: 'a.sh', content: 'sleep 0.7; echo done' }], tests: [{ id: '1', expected: 'done' }], limits: { wall_ms: 5000 } };
    const runs = Array.from({ length: 4 }, () => user.post('/api/v1/runs', slow));
    const stream = user.events('POST', '/api/v1/runs', slow);

    const outcomes: { connected: number; status: number | string }[] = [];
    let stopping = false;
    const reads = Array.from({ length: 8 }, async () => {
      while (!stopping) outcomes.push(await read(other.server.url, user.bearer));
    });
    await until(async () => (outcomes.length > 100 ? true : undefined));
    await until(async () => {
      const samples = parseMetrics(await (await fetch(`${other.server.url}/metrics`)).text());
      return total(samples, 'http_server_active_requests') >= 5 ? true : undefined;
    });
    const signalled = performance.now();
    const ended = other.stop().finally(() => (stopping = true));
    expect((await Promise.all(runs)).map((answer) => [answer.status, answer.body.status])).toEqual(Array(4).fill([200, 'AC']));
    expect((await stream).at(-1)).toMatchObject({ event: 'done', data: { status: 'AC' } });
    expect(await ended).toBe(0);
    await Promise.all(reads);
    const begun = outcomes.filter((o) => o.connected > 0 && o.connected < signalled);
    expect(begun.length).toBeGreaterThan(100);
    expect(begun.filter((o) => o.status !== 200)).toEqual([]);
  });
});

// One GET on a connection of its own: when the kernel had connected it, and how it ended.
function read(url: string, authorization: string): Promise<{ connected: number; status: number | string }> {
  return new Promise((done) => {
    let connected = 0;
    const sent = request(`${url}/api/v1/me`, { agent: false, headers: { authorization } }, (answer) => {
      answer.resume().once('end', () => done({ connected, status: answer.statusCode ?? 0 }));
    });
    sent.once('socket', (socket) => socket.once('connect', () => (connected = performance.now())));
    sent.once('error', (error: NodeJS.ErrnoException) => setTimeout(() => done({ connected, status: error.code ?? error.message }), 5));
    sent.end();
  });
}
