// Every route of the contract against every kind of bad input, made from the OpenAPI document itself, so
// that a new route is tested without a line here.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Problem } from '../lib/client.ts';
import { World } from '../lib/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document
type Json = any;

let world: World;
let ann: Client;
let document: Json;

interface Operation {
  name: string;
  method: string;
  path: string;
  open: boolean; // needs no one signed in
  body: Json | undefined; // schema
  query: Json[];
}

function operations(): Operation[] {
  const out: Operation[] = [];
  for (const [path, methods] of Object.entries<Json>(document.paths)) {
    for (const [method, operation] of Object.entries<Json>(methods)) {
      if (!/^(get|put|post|patch|delete)$/.test(method)) continue;
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      out.push({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        open: (operation.security ?? []).length === 0 || operation.security.some((way: Json) => Object.keys(way).length === 0),
        body: schema ? resolve(schema) : undefined,
        query: (operation.parameters ?? []).map(resolve).filter((p: Json) => p.in === 'query'),
      });
    }
  }
  return out;
}

function resolve(schema: Json): Json {
  if (!schema?.$ref) return schema;
  return schema.$ref
    .slice(2)
    .split('/')
    .reduce((node: Json, part: string) => node[part], document);
}

// The path with ids that belong to nobody.
const nowhere = (path: string) =>
  path.replace(/\{role\}/, 'administrator').replace(/\{[^}]+\}/g, '123456789012345678');

// A body that is right as far as the schema can tell.
function sample(schema: Json): Json {
  const s = resolve(schema);
  if (s.enum) return s.enum[0] || s.enum[1];
  if (s.type === 'object' || s.properties) {
    const out: Json = {};
    for (const name of s.required ?? []) out[name] = sample(s.properties[name]);
    return out;
  }
  if (s.type === 'array') return Array.from({ length: Math.max(s.minItems ?? 0, 1) }, () => sample(s.items));
  if (s.type === 'integer' || s.type === 'number') return s.minimum ?? 1;
  if (s.type === 'boolean') return false;
  if (s.pattern === '^(0|[1-9][0-9]{0,18})$') return '4611686018427387904'; // an id, of nothing
  return 'x'.repeat(Math.max(s.minLength ?? 1, 1));
}

const headers = () => ({ 'idempotency-key': crypto.randomUUID() });

function expectProblem(answer: { status: number; body: Problem; headers: Headers }, status: number, what: string) {
  expect(answer.status, `${what}: ${JSON.stringify(answer.body)}`).toBe(status);
  expect(answer.headers.get('content-type'), what).toMatch(/^application\/problem\+json/);
  expect(answer.body.reason, what).toMatch(/^[a-z0-9_]+$/);
  expect(answer.body.trace_id, what).toMatch(/^[0-9a-f]{32}$/);
}

beforeAll(async () => {
  world = await World.start();
  ann = await world.user('ann', 'administrator');
  document = (await world.guest().get('/api/openapi.json')).body;
});
afterAll(() => world?.stop());

describe('PLAT-12 every route of the contract', () => {
  test('there are routes to test', () => {
    expect(operations().length).toBeGreaterThan(30);
  });

  test('answers 401 to nobody, to a malformed token and to one that does not exist', async () => {
    for (const op of operations()) {
      if (!op.open) expectProblem(await world.guest().send(op.method, nowhere(op.path), op.body && sample(op.body), headers()), 401, op.name);
      for (const token of ['nonsense', 'ly_pat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'ly_at_', 'ly_pat_%00', 'a'.repeat(4000)]) {
        const client = new Client(world.server.url, token);
        expectProblem(await client.send(op.method, nowhere(op.path), op.body && sample(op.body), headers()), 401, `${op.name} with ${token.slice(0, 12)}`);
      }
    }
  });

  test('answers 400 to an id that is none, naming the field', async () => {
    for (const op of operations().filter((o) => /_id\}/.test(o.path))) {
      for (const id of ['0', '-1', '1.5', 'abc', '01', '9223372036854775808', '%20', '1e3']) {
        const path = op.path.replace(/\{role\}/, 'administrator').replace(/\{[^}]+\}/g, id);
        const answer = await ann.send<Problem>(op.method, path, op.body && sample(op.body), headers());
        expectProblem(answer, 400, `${op.name} with id ${id}`);
        expect(answer.body.field, op.name).toMatch(/_id$/);
      }
    }
  });

  test('answers 404 to an id of nothing', async () => {
    // Who leaves a server that is none has left it.
    const exempt = /\/admin\/users\/|^DELETE \/api\/v1\/me\/servers\//;
    for (const op of operations().filter((o) => /_id\}/.test(o.path) && !exempt.test(o.name))) {
      expectProblem(await ann.send(op.method, nowhere(op.path), op.body && sample(op.body), headers()), 404, op.name);
    }
  });

  test('answers 400 to unknown and repeated query parameters', async () => {
    for (const op of operations().filter((o) => o.method === 'GET')) {
      expectProblem(await ann.get(`${nowhere(op.path)}?nonsense=1`), 400, op.name);
      const first = op.query[0];
      if (first) expectProblem(await ann.get(`${nowhere(op.path)}?${first.name}=1&${first.name}=1`), 400, op.name);
      if (op.query.some((p) => p.name === 'limit')) {
        for (const limit of ['101', 'x', '1.5', '99999999999'])
          expectProblem(await ann.get(`${nowhere(op.path)}?limit=${limit}`), 400, `${op.name} limit=${limit}`);
        expectProblem(await ann.get(`${nowhere(op.path)}?page_token=%22nonsense`), 400, `${op.name} page_token`);
      }
    }
  });

  test('answers 400 to a body that is no JSON, no object, has unknown or repeated keys or bad UTF-8, and 415 to another type', async () => {
    for (const op of operations().filter((o) => o.body)) {
      const good = JSON.stringify(sample(op.body));
      const bad: [string, string][] = [
        ['nothing', ''], ['no JSON', '{'], ['text after it', `${good} x`], ['a list', '[]'], ['null', 'null'], ['a number', '7'],
        ['an unknown key', good === '{}' ? '{"nonsense":1}' : good.replace('{', '{"nonsense":1,')],
        ['deep nesting', `{"a":${'['.repeat(500)}${']'.repeat(500)}}`],
      ];
      const name = Object.keys(resolve(op.body).properties ?? {}).find((n) => !op.path.includes(`{${n}}`));
      if (name) bad.push(['a key twice', `{"${name}":null,"${name}":null}`]);
      for (const [what, body] of bad)
        expectProblem(await ann.send(op.method, nowhere(op.path), body, headers()), 400, `${op.name}: ${what}`);
      const url = world.server.url + nowhere(op.path);
      const authorization = ann.bearer;
      const raw = await fetch(url, { method: op.method, headers: { authorization, 'content-type': 'application/json', ...headers() }, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) });
      expect(raw.status, `${op.name}: bad UTF-8`).toBe(400);
      const form = await fetch(url, { method: op.method, headers: { authorization, 'content-type': 'text/plain', ...headers() }, body: good });
      expect(form.status, `${op.name}: text/plain`).toBe(415);
    }
  });

  test('answers 400 to each field of the wrong type, missing, too long or too many, naming it', async () => {
    let cases = 0;
    for (const op of operations().filter((o) => o.body)) {
      const schema = resolve(op.body);
      for (const [name, property] of Object.entries<Json>(schema.properties ?? {})) {
        if (op.path.includes(`{${name}}`)) continue;
        const field = resolve(property);
        const wrong: Json[] = [];
        if (field.type === 'string') wrong.push(7, [], {}, true);
        if (field.type === 'string' && field.maxLength && field.maxLength < 100_000 && !field.format) wrong.push('é'.repeat(field.maxLength + 1));
        if (field.type === 'string' && !field.enum && !field.format && field.minLength > 1) wrong.push('x'.repeat(field.minLength - 1));
        if (field.enum) wrong.push('nonsense');
        if (field.type === 'array') wrong.push('x', {}, 7, [null]);
        if (field.type === 'array' && field.maxItems <= 300) wrong.push(Array.from({ length: field.maxItems + 1 }, () => sample(field.items)));
        if (field.type === 'boolean') wrong.push('true', 1, []);
        if (field.type === 'integer') wrong.push('7', 1.5, true, 2 ** 60);
        if (field.type === 'object' || field.properties) wrong.push('x', [], 7);
        const bodies = wrong.map((value) => ({ ...sample(schema), [name]: value }));
        if ((schema.required ?? []).includes(name)) {
          const { [name]: _, ...rest } = sample(schema);
          bodies.push(rest);
        }
        for (const body of bodies) {
          const answer = await ann.send<Problem>(op.method, nowhere(op.path), body, headers());
          const what = `${op.name} ${name}=${JSON.stringify(body[name])?.slice(0, 60)}`;
          expectProblem(answer, 400, what);
          expect(answer.body.field, what).toContain(name);
          ++cases;
        }
      }
    }
    expect(cases).toBeGreaterThan(100);
  });

  test('answers 404 to a path that is none, 405 with Allow to a method that is none', async () => {
    expectProblem(await ann.get('/api/v1/nonsense'), 404, 'nonsense');
    for (const path of new Set(operations().map((o) => o.path))) {
      const known = operations().filter((o) => o.path === path).map((o) => o.method);
      const other = ['PUT', 'POST', 'DELETE', 'PATCH'].find((m) => !known.includes(m));
      if (!other) continue;
      const answer = await ann.send(other, nowhere(path), {}, headers());
      expectProblem(answer, 405, `${other} ${path}`);
      for (const method of known) expect(answer.headers.get('allow')).toContain(method);
    }
  });

  test('answers 403 to a token without the scope', async () => {
    for (const op of operations()) {
      const scope = document.paths[op.path][op.method.toLowerCase()].security?.find((way: Json) => way.bearer)?.bearer?.[0];
      if (!scope || op.open) continue;
      const other = await scoped(scope === 'run' ? 'learn' : 'run');
      const answer = await other.send<Problem>(op.method, nowhere(op.path), op.body && sample(op.body), headers());
      expectProblem(answer, 403, op.name);
      expect(answer.body.reason).toBe('scope_missing');
    }
  });

  test('answers 403 to somebody without the role', async () => {
    const bob = await world.user('bob');
    for (const op of operations().filter((o) => o.path.includes('/admin/') && !o.path.includes('/mails'))) {
      expectProblem(await bob.send(op.method, nowhere(op.path), op.body && sample(op.body), headers()), 403, op.name);
    }
  });
});

const scopedClients = new Map<string, Promise<Client>>();
function scoped(scope: string): Promise<Client> {
  if (!scopedClients.has(scope)) scopedClients.set(scope, world.token('ann', scope));
  return scopedClients.get(scope) as Promise<Client>;
}
