// Callers of the runner who mean harm: requests that are huge or odd, people who leave or do not read, and a thousand at
// once (docs/hostile-programs.md, 67, 68, 70). After each of them a run works, and the server holds no more than before.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Client, Problem } from '../lib/client.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import type { Server } from '../lib/server.ts';
import { shape } from '../lib/shape.ts';
import { World } from '../lib/world.ts';

const path = '/api/v1/runs';
const MiB = 2 ** 20;

let world: World;
let ann: Client;
let bob: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--runner.jobs=2'] });
  ann = await world.user('ann');
  bob = await world.user('bob');
  await bash('true');
});
afterAll(() => world?.stop());

const program = (content: string, more = {}) => ({ language: 'bash', files: [{ path: 'main.sh', content }], tests: [{ id: '1', stdin: '' }], ...more });
const bash = (content: string, more = {}) => ann.post(path, program(content, more));
// Its own processes are seen where there is one of it.
const together = describe.skipIf(shape !== 'one');

const metrics = async () => parseMetrics(await (await fetch(`${world.server.url}/metrics`)).text());
const gauge = async (name: string, labels = {}) => total(await metrics(), name, labels);
const resident = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${(world.server as Server).pid}/status`, 'utf8'))?.[1]) * 1024;

// Command lines of the processes of this machine that say this word.
function withWord(word: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word);
    } catch {
      return false; // it has gone
    }
  });
}

const children = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

// What the server and its sandbox hold: files, mounts, cgroups, processes.
function held() {
  const { pid } = world.server as Server;
  const brokers = children(pid); // none where it uses a sandbox of root's
  // HTTP's connections come and go; those to the sandbox are of the machine's own kind.
  const own = new Set(readFileSync('/proc/net/unix', 'utf8').split('\n').map((line) => `socket:[${line.split(/\s+/)[6]}]`));
  const files = (process: number) => {
    const links = readdirSync(`/proc/${process}/fd`).map((name) => {
      try {
        return readlinkSync(`/proc/${process}/fd/${name}`);
      } catch {
        return ''; // the folder's own
      }
    });
    return links.filter((link) => link && (!link.startsWith('socket:') || own.has(link))).length;
  };
  const slots = brokers.flatMap(children);
  return {
    server: files(pid),
    brokers: brokers.map(files),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
    slots: slots.length,
    sandboxes: slots.flatMap(children).length,
    programs: slots.flatMap(children).flatMap(children).length,
  };
}

// Two sandboxes stand ready in each slot; none works, none is taken down.
const atRest = () => {
  const { slots, sandboxes, programs } = held();
  return sandboxes === 2 * slots && programs === 0;
};

afterEach(async () => {
  expect((await bash('echo fine')).body.tests?.[0]).toMatchObject({ status: 'AC', stdout: 'fine\n' });
  if (shape !== 'one') return;
  for (const name of ['runner_runs', 'runner_jobs', 'runner_slots_in_use']) await expect.poll(() => gauge(name), { message: name }).toBe(0);
});

describe('67 SUB-01 requests that are too large or make no sense', () => {
  const text = (body: object) => JSON.stringify(body);
  const limits = (json: string) => text(program('true')).replace(/\}$/, `,"limits":${json}}`);
  const nested = (depth: number) => `${'{"limits":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const cases: [string, string, number, string?][] = [
    ['a million tests', `{"language":"bash","files":[{"path":"main.sh","content":""}],"tests":[${'{},'.repeat(999_999)}{}]}`, 400, 'tests'],
    ['a million files', `{"language":"bash","files":[${'{},'.repeat(999_999)}{}],"tests":[]}`, 400, 'files'],
    ['a million arguments', text(program('true', { arguments: Array(900_000).fill('') })), 400, 'arguments'],
    ['a million requirements', text(program('true', { groups: [{ id: 'a', max_score: 1, require_pass: Array(900_000).fill('') }] })), 400, 'groups[0]'],
    ['201 tests', text(program('true', { tests: Array.from({ length: 201 }, (_, id) => ({ id: `${id}` })) })), 400, 'tests'],
    ['no tests', text(program('true', { tests: [] })), 400, 'tests'],
    ['a body over the maximum', text(program('#'.repeat(5 * MiB))), 413],
    ['a file over the maximum', text(program('#'.repeat(MiB + 1))), 400, 'files[0].content'],
    ['an input over the maximum', text(program('', { tests: [{ id: '1', stdin: '#'.repeat(MiB + 1) }] })), 400, 'tests[0].stdin'],
    ['lists in lists', '['.repeat(4_000_000), 400],
    ['objects in objects', nested(200_000), 400, 'limits'],
    ['a wrong depth below a field', text(program('true')).replace('"main.sh"', '['.repeat(100_000) + ']'.repeat(100_000)), 400, 'files'],
    ['a name that is a million letters', text(program('true', { ['x'.repeat(1_000_000)]: 1 })), 400],
    ['a limit below zero', limits('{"cpu_ms":-1}'), 400, 'limits.cpu_ms'],
    ['the least number', limits('{"wall_ms":-9223372036854775808}'), 400, 'limits.wall_ms'],
    ['the largest number', limits('{"memory_bytes":9223372036854775807}'), 400, 'limits.memory_bytes'],
    ['a number beyond it', limits('{"memory_bytes":9223372036854775808}'), 400, 'limits.memory_bytes'],
    ['a number without end', limits(`{"output_bytes":${'9'.repeat(100_000)}}`), 400, 'limits.output_bytes'],
    ['a fraction', limits('{"processes":1.5}'), 400, 'limits.processes'],
    ['an exponent', limits('{"processes":1e308}'), 400, 'limits.processes'],
    ['NaN', limits('{"cpu_ms":NaN}'), 400],
    ['Infinity', limits('{"cpu_ms":Infinity}'), 400],
    ['a tolerance beyond all numbers', text(program('true')).replace(/\}$/, ',"compare":{"float_abs":1e999}}'), 400],
    ['a limit over its maximum', limits('{"processes":257}'), 400, 'limits.processes'],
    ['an argument with a character of the code 0', text(program('true', { arguments: ['a\0b'] })), 400, 'arguments[0]'],
    ['an option of a compiler with one', text({ ...program(''), language: 'c', files: [{ path: 'main.c', content: '' }], compile_arguments: ['-W\0'] }), 400, 'compile_arguments[0]'],
    ['an empty option of a compiler', text({ ...program(''), language: 'c', files: [{ path: 'main.c', content: '' }], compile_arguments: [''] }), 400, 'compile_arguments[0]'],
    ['a path with one', text(program('', { files: [{ path: 'a\0.sh', content: '' }] })), 400, 'files[0].path'],
    ['a language with one', text(program('', { language: 'bash\0' })), 400, 'language'],
    ['an empty path', text(program('', { files: [{ path: '', content: '' }] })), 400, 'files[0].path'],
    ['one path twice', text(program('', { files: [{ path: 'a', content: '' }, { path: 'a', content: '' }] })), 400, 'files[1].path'],
    ['a file that is a folder', text(program('', { files: [{ path: 'a', content: '' }, { path: 'a/b', content: '' }] })), 400, 'files'],
    ['bytes that are no text', '{"language":"\xff\xfe', 400],
  ];

  for (const [what, body, status, field] of cases) {
    test(`${what} is ${status}${field ? ` and names ${field}` : ''}`, async () => {
      const answer = await ann.send<Problem>('POST', path, body);
      expect(answer.status, JSON.stringify(answer.body).slice(0, 1000)).toBe(status);
      expect(answer.body.reason).toMatch(/^[a-z0-9_]+$/);
      if (field) expect(answer.body.field).toContain(field);
    });
  }

  test('names that differ in nothing but case are two files', async () => {
    const files = ['main.sh', 'A.txt', 'a.txt'].map((name) => ({ path: name, content: name === 'main.sh' ? 'cat A.txt a.txt' : name }));
    expect((await bash('', { files })).body.tests[0].stdout).toBe('A.txta.txt');
  });

  test('no arguments are none, and an empty one is one', async () => {
    expect((await bash('echo $#', { arguments: [] })).body.tests[0].stdout).toBe('0\n');
    expect((await bash('echo $# "<$1>"', { arguments: [''] })).body.tests[0].stdout).toBe('1 <>\n');
  });

  test.skipIf(shape !== 'one')('again and again they take no more memory', async () => {
    const large = cases.map(([, body]) => body).filter((body) => body.length > 2.5e6 && body.length < 4 * MiB);
    expect(large.length).toBeGreaterThan(3);
    const all = async () => {
      for (const body of large) await ann.send('POST', path, body);
    };
    await all();
    const before = resident();
    for (let i = 0; i < 15; ++i) await all();
    // Each thread may keep the memory of one of them, but nobody keeps them all.
    expect(resident() - before).toBeLessThan(128 * MiB);
    expect(large.reduce((sum, body) => sum + body.length, 0) * 15).toBeGreaterThan(200 * MiB);
  });
});

together('68 SUB-01 people who leave', () => {
  for (const accept of ['application/json', 'text/event-stream']) {
    test(`in the middle of a run that answers ${accept}: it is killed, and counted as CANCELED`, async () => {
      const before = await gauge('runner_runs_total', { status: 'CANCELED' });
      const word = `left-${crypto.randomUUID()}`;
      const leave = new AbortController();
      const running = fetch(world.server.url + path, {
        method: 'POST', signal: leave.signal, headers: { authorization: ann.bearer, accept, 'content-type': 'application/json' },
        body: JSON.stringify(program(`(exec -a ${word} sleep 500) & exec -a ${word} sleep 500`, { limits: { wall_ms: 60_000 } })),
      }).then((response) => response.text());
      await expect.poll(() => withWord(word).length).toBe(2);
      expect(await gauge('runner_slots_in_use')).toBe(1);
      leave.abort();
      await expect(running).rejects.toThrow();
      await expect.poll(() => withWord(word)).toEqual([]);
      for (const name of ['runner_runs', 'runner_jobs', 'runner_slots_in_use']) await expect.poll(() => gauge(name), { message: name }).toBe(0);
      await expect.poll(() => gauge('runner_runs_total', { status: 'CANCELED' })).toBe(before + 1);
    });
  }

  test('while they wait for a place: they are not run', async () => {
    const word = `waits-${crypto.randomUUID()}`;
    const leave = new AbortController();
    const send = (content: string) =>
      fetch(world.server.url + path, {
        method: 'POST', signal: leave.signal, headers: { authorization: ann.bearer, 'content-type': 'application/json' },
        body: JSON.stringify(program(content, { limits: { wall_ms: 60_000 } })),
      }).catch(() => undefined);
    const before = await gauge('runner_runs_total', { status: 'CANCELED' });
    const all = Array.from({ length: 20 }, () => send(`exec -a ${word} sleep 500`));
    await expect.poll(() => gauge('runner_runs')).toBe(20);
    await expect.poll(() => withWord(word).length).toBe(2);
    leave.abort();
    await Promise.all(all);
    await expect.poll(() => gauge('runner_runs_total', { status: 'CANCELED' })).toBe(before + 20);
    expect(withWord(word)).toEqual([]);
  });
});

together('68 SUB-01 people who do not read', () => {
  // 200 tests of 40 KB each, each byte six in JSON: 48 MB for each reader.
  const body = JSON.stringify(program("head -c 40000 /dev/zero | tr '\\0' '\\1'", { tests: Array.from({ length: 200 }, (_, id) => ({ id: `${id}` })) }));

  test('take no memory and no place, and are killed when they leave', async () => {
    const readers = 10;
    const before = { memory: resident(), ended: await gauge('runner_runs_total', { status: 'CANCELED' }), tests: await gauge('runner_tests_total') };
    const { hostname, port } = new URL(world.server.url);
    const sockets = Array.from({ length: readers }, () => {
      const socket = connect(Number(port), hostname).pause();
      socket.on('error', () => {});
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: ${ann.bearer}\r\naccept: text/event-stream\r\n` +
          `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return socket;
    });
    await expect.poll(() => gauge('runner_runs')).toBe(readers);
    // They run on until there is no room for more to be read, and then have no place.
    const waiting = async () => {
      const now = await metrics();
      return ['runner_runs', 'runner_slots_in_use', 'runner_queue_length'].map((name) => total(now, name));
    };
    await expect.poll(waiting, { timeout: 25_000 }).toEqual([readers, 0, 0]);
    const other = await bob.post(path, program('echo here'));
    expect(other.body.tests?.[0], JSON.stringify(other.body)).toMatchObject({ status: 'AC', stdout: 'here\n' });
    expect(resident() - before.memory).toBeLessThan(120 * MiB); // of 480
    expect((await gauge('runner_tests_total')) - before.tests).toBeLessThan((readers * 200) / 2);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => gauge('runner_runs_total', { status: 'CANCELED' })).toBe(before.ended + readers);
  });
});

together('70 SUB-01 a thousand at once', () => {
  test('each is answered rightly, or told to come back; nothing stays', async () => {
    await Promise.all(Array.from({ length: 4 }, () => bash('true')));
    await expect.poll(atRest).toBe(true);
    const before = held();
    const send = (number: number): Promise<Answer<Problem & { status: unknown; tests: { stdout: string }[] }>> =>
      ann.post(path, program(`echo "number $((${number} + 1))"`, { tests: [{ id: '1', stdin: '', expected: `number ${number + 1}` }] }));
    let told = 0;
    let ran = 0;
    // As the header asks, until it has run.
    const persist = async (number: number): Promise<void> => {
      for (;;) {
        const { status, headers, body } = await send(number);
        if (status === 200) {
          expect(body).toMatchObject({ status: 'AC', tests: [{ stdout: `number ${number + 1}\n` }] });
          ++ran;
          return;
        }
        expect({ status, reason: body.reason }).toEqual({ status: 429, reason: 'overload' });
        const seconds = Number(headers.get('retry-after'));
        expect(seconds).toBeGreaterThan(0);
        ++told;
        await wait(seconds * 1000);
      }
    };
    await Promise.all(Array.from({ length: 1000 }, (_, number) => persist(number)));
    expect(ran).toBe(1000);
    expect(told).toBeGreaterThan(0);
    expect(await gauge('runner_overload_total')).toBeGreaterThanOrEqual(told);
    await expect.poll(atRest).toBe(true);
    expect(held()).toEqual(before);
  });
});
