// Live sessions, /api/v1/runs/live, as the outside sees them (docs/live-runs.md).
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import type { Client } from '../lib/client.ts';
import { bearer } from '../lib/gateway.ts';
import type { Json } from '../lib/socket.ts';
import { Live } from '../lib/live.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { shape } from '../lib/shape.ts';
import { password, World } from '../lib/world.ts';

let world: World;
let ann: Client;
const open: Live[] = [];

// Served where gateway and runner are in one process (docs/services-apart.md).
const together = describe.skipIf(shape !== 'one');

beforeAll(async () => {
  if (shape !== 'one') return;
  world = await World.start({ settings: ['--runner.jobs=3'] });
  ann = await world.user('ann');
});
afterAll(() => world?.stop());

const gauge = async (name: string) => total(parseMetrics(await (await fetch(`${world.server.url}/metrics`)).text()), name);

// No test leaves anything that runs.
afterEach(async () => {
  await Promise.all(open.splice(0).map((live) => live.cut()));
  if (shape === 'one') await expect.poll(() => gauge('runner_jobs')).toBe(0);
});

async function connect(client: Client = ann): Promise<Live> {
  const live = await Live.open(world.server.url, bearer(client));
  open.push(live);
  return live;
}

const mains: Record<string, string> = { bash: 'main.sh', c: 'main.c', python: 'main.py' };
const request = (language: string, content: string, more = {}) => ({ language, files: [{ path: mains[language] ?? 'main', content }], ...more });

async function start(language: string, content: string, more = {}): Promise<Live> {
  const live = await connect();
  live.say('run', request(language, content, more));
  expect(await live.message('compile')).toMatchObject({ status: 'AC' });
  await live.message('started');
  return live;
}

together('SUB-02 a program that is talked to', () => {
  for (const [language, content] of [
    ['python', 'import sys\nfor line in sys.stdin:\n    print(line[::-1].strip(), flush=True)\nsys.exit(3)\n'],
    ['c', '#include <stdio.h>\n#include <string.h>\nint main(void) { char s[100]; while (fgets(s, sizeof s, stdin)) { for (int i = (int)strlen(s) - 1; i-- > 0;) putchar(s[i]); puts(""); fflush(stdout); } return 3; }\n'],
  ] as const) {
    test(`${language} answers each line as it comes, until the end of input`, async () => {
      const live = await start(language, content);
      for (const [typed, printed] of [['stressed', 'desserts\n'], ['drawer', 'reward\n']] as const) {
        live.type(`${typed}\n`);
        await live.printed(printed);
      }
      live.say('eof');
      const done = await live.done();
      expect(done).toMatchObject({ status: 'RE', exit_code: 3, truncated: false });
      expect(done.memory_bytes).toBeGreaterThan(0);
      expect(done).not.toHaveProperty('signal');
      expect(live.output()).toBe('desserts\nreward\n');
      expect(live.messages.map((message) => message.op).filter((op) => op !== 'stdout')).toEqual(['compile', 'started', 'done']);
    });
  }

  test('stderr comes apart, and what is typed before the start waits', async () => {
    const live = await connect();
    live.say('run', request('bash', 'read x; echo "out $x"; echo "err $x" >&2'));
    live.type('early\n');
    expect(await live.done()).toMatchObject({ status: 'AC', exit_code: 0 });
    expect([live.output(), live.output('stderr')]).toEqual(['out early\n', 'err early\n']);
  });

  test('characters that come in pieces are whole, and what is no text is base64', async () => {
    const live = await start('bash', "printf 'a\\xe2\\x82'; read x; printf '\\xac'; read x; printf '\\xff\\x00'");
    await live.printed('a');
    live.type('\n');
    await live.printed('a€');
    live.say('stdin', { base64: 'Cg==' });
    await live.done();
    const out = live.messages.filter((message) => message.op === 'stdout').map((message) => message.d);
    expect(out).toEqual([{ text: 'a' }, { text: '€' }, { base64: '/wA=' }]);
  });

  test('a signal is handled by the program, and one that is not ends it', async () => {
    const handled = await start('python', 'import os, signal, sys\ndef stop(*_):\n    os.write(1, b"stopped\\n")  # not print, which may be at work\n    sys.exit(5)\nsignal.signal(signal.SIGINT, stop)\nprint("ready", flush=True)\nwhile True: signal.pause()\n');
    await handled.printed('ready');
    handled.say('signal', { name: 'INT' });
    expect(await handled.done()).toMatchObject({ status: 'RE', exit_code: 5 });
    expect(handled.output()).toBe('ready\nstopped\n');
    const killed = await start('bash', 'echo ready; read x');
    await killed.printed('ready');
    killed.say('signal', { name: 'SIGTERM' });
    expect(await killed.done()).toMatchObject({ status: 'SIG', signal: 'SIGTERM', exit_code: 143 });
  });

  test('what does not compile is told and over', async () => {
    const live = await connect();
    live.say('run', request('c', 'int main(void) { nonsense; }'));
    expect(await live.done()).toMatchObject({ status: 'CE' });
    expect((await live.message('compile')).stderr).toContain('nonsense');
    expect(live.messages.map((message) => message.op)).toEqual(['compile', 'done']);
  });

  test('a page of our own connects with its session, one of another site does not', async () => {
    await world.account('page');
    const browser = new Session(world.server.url);
    await browser.signIn('page@example.org', password);
    const cookie = `__Host-ly_app=${browser.cookie('__Host-ly_app')}`;
    const live = await Live.open(world.server.url, { cookie, origin: world.server.url });
    live.say('run', request('bash', 'echo hello'));
    expect(await live.done()).toMatchObject({ status: 'AC' });
    for (const origin of ['https://elsewhere.example', 'null', ''])
      await expect(Live.open(world.server.url, { cookie, ...(origin ? { origin } : {}) })).rejects.toMatchObject({ status: 403, body: { reason: 'cross_site' } });
  });
});

together('SUB-05 bounds of a session', () => {
  test('output without end is cut at the limit, and OLE', async () => {
    const live = await start('bash', 'yes', { limits: { output_bytes: 100_000 } });
    expect(await live.done()).toMatchObject({ status: 'OLE', truncated: true });
    expect(live.output().length).toBe(100_000);
  });

  test('whoever does not read stops the program, and gets all of it later', async () => {
    const live = await start('bash', 'read x; head -c 5000000 /dev/zero', { limits: { output_bytes: 6_000_000 } });
    live.pause();
    live.type('\n');
    // It is held up: its output, 30 MB as JSON, is more than the kernel and the server hold for us.
    const other = await start('bash', 'echo hello');
    expect(await other.done()).toMatchObject({ status: 'AC' });
    expect(await gauge('runner_jobs')).toBe(1);
    live.goOn();
    expect(await live.done()).toMatchObject({ status: 'AC', truncated: false });
    expect(live.output().length).toBe(5_000_000);
  });

  test('processor time and wall time are limited', async () => {
    const busy = await start('bash', 'while :; do :; done', { limits: { cpu_ms: 200 } });
    expect(await busy.done()).toMatchObject({ status: 'TLE' });
    const idle = await start('bash', 'read x', { limits: { wall_ms: 200 } });
    expect(await idle.done()).toMatchObject({ status: 'WTLE' });
  });

  test('when the client has gone the program is killed, whatever it does', async () => {
    for (const program of ['read x', 'trap "" HUP INT TERM; while :; do :; done', 'yes', 'sleep 100 & sleep 100 & wait']) {
      const live = await start('bash', `echo ready; ${program}`);
      await live.printed('ready');
      expect(await gauge('runner_jobs')).toBe(1);
      await live.cut();
      await expect.poll(() => gauge('runner_jobs'), { timeout: 10_000 }).toBe(0);
      await expect.poll(() => gauge('runner_live')).toBe(0);
    }
    expect((await ann.post('/api/v1/runs', { ...request('bash', 'echo fine'), tests: [{ id: '1', stdin: '' }] })).body.status).toBe('AC');
  });

  test('two sessions a user, two of three places in all, and runs go on beside them', async () => {
    const ben = await world.user('ben');
    await start('bash', 'read x');
    await start('bash', 'read x');
    for (const [client, reason] of [[ann, 'too_many_sessions'], [ben, 'overload']] as const) {
      const refused = await connect(client);
      refused.say('run', request('bash', 'echo hello'));
      expect(await refused.message('error')).toMatchObject({ reason });
      expect((await refused.ended()).code).toBe(4000);
    }
    expect((await ben.post('/api/v1/runs', { ...request('bash', 'echo fine'), tests: [{ id: '1', stdin: '' }] })).body.status).toBe('AC');
  });

  test('a program that has closed its stdin harms nobody who writes to it', async () => {
    const live = await start('bash', 'exec <&-; echo closed; sleep 0.3; echo end');
    await live.printed('closed');
    for (let i = 0; i < 5; ++i) live.type('x'.repeat(100_000));
    expect(await live.done()).toMatchObject({ status: 'AC' });
  });
});

together('SUB-05 bad input', () => {
  const wrong: [string, string | Buffer, number][] = [
    ['an op that there is not', '{"op":"move","d":{}}', 4001],
    ['no JSON', '{"op":', 4002],
    ['no object', '[]', 4002],
    ['no op', '{"d":{}}', 4002],
    ['an op that is a number', '{"op":2}', 4002],
    ['stdin before run', '{"op":"stdin","d":{"text":"x"}}', 4003],
    ['resize before run', '{"op":"resize","d":{"rows":24,"columns":80}}', 4003],
    ['eof before run', '{"op":"eof"}', 4003],
    ['a signal before run', '{"op":"signal","d":{"name":"INT"}}', 4003],
    ['run without data', '{"op":"run"}', 4002],
    ['a message that is too large', `{"op":"run","d":"${'x'.repeat(5 << 20)}"}`, 1009],
  ];
  for (const [name, text, code] of wrong) {
    test(`${name} closes with ${code}`, async () => {
      const live = await connect();
      live.raw(text);
      expect((await live.ended()).code).toBe(code);
      expect(live.messages).toEqual([]);
    });
  }

  test('bytes that are no UTF-8, or binary, are not taken', async () => {
    const broken = await connect();
    // A text frame whose payload is one byte 0xff, masked with zeros.
    broken.frame(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]));
    expect((await broken.ended()).code).toBe(1007);
    const binary = await connect();
    binary.raw(Buffer.from('{"op":"eof"}'), true);
    expect((await binary.ended()).code).toBe(1003);
  });

  const refused: [string, Json, string, string][] = [
    ['an unknown language', request('klingon', ''), 'language', 'unknown_language'],
    ['no files', { language: 'bash' }, 'files', 'required'],
    ['a path to elsewhere', { language: 'bash', files: [{ path: '../x', content: '' }] }, 'files[0].path', 'bad_path'],
    ['tests', request('bash', '', { tests: [] }), 'tests', 'unknown_field'],
    ['a priority', request('bash', '', { priority: 'try' }), 'priority', 'unknown_field'],
    ['a number as language', { ...request('bash', ''), language: 1 }, 'language', 'wrong_type'],
    ['too long a time', request('bash', '', { limits: { wall_ms: 300_001 } }), 'limits.wall_ms', 'limit_too_large'],
    ['no time at all', request('bash', '', { limits: { cpu_ms: 0 } }), 'limits.cpu_ms', 'too_small'],
  ];
  for (const [name, d, field, reason] of refused) {
    test(`a run with ${name} is refused with the field and 4000`, async () => {
      const live = await connect();
      live.say('run', d);
      expect(await live.message('error')).toMatchObject({ field, reason });
      expect((await live.ended()).code).toBe(4000);
    });
  }

  test('a second run, bad data and a flood end a session and its program', async () => {
    const flood = Array(1300).fill('{"op":"signal","d":{"name":"USR1"}}');
    for (const [texts, code] of [
      [[JSON.stringify({ op: 'run', d: request('bash', '') })], 4005],
      [['{"op":"stdin","d":{"text":1}}'], 4002],
      [['{"op":"signal","d":{"name":"STOP"}}'], 4002],
      [[JSON.stringify({ op: 'stdin', d: { text: 'x'.repeat(2 << 20) } })], 4009],
      [flood, 4008],
    ] as [string[], number][]) {
      const live = await start('bash', 'trap "" USR1; echo ready; exec sleep 100');
      await live.printed('ready');
      for (const text of texts) live.raw(text);
      expect((await live.ended()).code).toBe(code);
      await expect.poll(() => gauge('runner_jobs')).toBe(0);
    }
  });

  test('nobody, and no token without the scope, gets in', async () => {
    await expect(Live.open(world.server.url, {})).rejects.toMatchObject({ status: 401 });
    const talk = await world.token('ann', 'talk');
    await expect(Live.open(world.server.url, bearer(talk))).rejects.toMatchObject({ status: 403, body: { reason: 'scope_missing' } });
    const run = await connect(await world.token('ann', 'run'));
    run.say('run', request('bash', 'echo hello'));
    expect(await run.done()).toMatchObject({ status: 'AC' });
  });
});

together('SUB-02 a terminal', () => {
  const terminal = { rows: 30, columns: 100 };

  test('is stdin, stdout and stderr, and has its size from the start, and a new one when told', async () => {
    const live = await start('python', `
import os, signal, sys
print([os.isatty(fd) for fd in (0, 1, 2)], *os.get_terminal_size(), os.environ['TERM'])
def changed(number, frame):
    print('now', *os.get_terminal_size())
    sys.exit(0)
signal.signal(signal.SIGWINCH, changed)
print('ready')
while True: signal.pause()
`, { terminal });
    await live.printed('[True, True, True] 100 30 xterm-256color\r\nready\r\n');
    live.say('resize', { rows: 5, columns: 7 });
    await live.printed('now 7 5\r\n');
    expect(await live.done()).toMatchObject({ status: 'AC' });
  });

  test('shows a prompt at once, and what is typed; Ctrl-C interrupts, Ctrl-D ends the input', async () => {
    const live = await start('python', `
import time
name = input('name? ')
try:
    print('hello', name)
    time.sleep(60)
except KeyboardInterrupt:
    print('stopped')
try:
    input()
except EOFError:
    print('no more')
`, { terminal });
    await live.printed('name? ');
    live.type('añn\u007f\u007fn\n'); // a character of two bytes is erased whole
    await live.printed('hello an\r\n');
    live.type('\u0003');
    await live.printed('stopped\r\n');
    live.type('\u0004');
    await live.printed('no more\r\n');
    expect(await live.done()).toMatchObject({ status: 'AC', exit_code: 0 });
    expect(live.output('stderr')).toBe('');
  });

  test('the end of input is told as at any terminal', async () => {
    const live = await start('bash', 'cat; echo end', { terminal });
    live.type('line\n');
    await live.printed('line\r\nline\r\n');
    live.say('eof');
    await live.printed('end\r\n');
    expect(await live.done()).toMatchObject({ status: 'AC' });
  });

  test('nothing can be typed for others, and there is no other terminal', async () => {
    const live = await start('python', `
import fcntl, glob, os, termios
for request in (termios.TIOCSTI, termios.TIOCLINUX):
    try: print(fcntl.ioctl(0, request, b'x'))
    except OSError as error: print(error.strerror)
print(glob.glob('/dev/pts/*'), glob.glob('/dev/tty*'), os.path.exists('/dev/ptmx'))
try: open('/dev/stdout', 'w')
except OSError as error: print(error.strerror)
`, { terminal });
    await live.printed('Operation not permitted\r\nOperation not permitted\r\n[] [] False\r\nPermission denied\r\n');
    expect(await live.done()).toMatchObject({ status: 'AC' });
  });

  test('SUB-05 a flood is cut, and the program ends', async () => {
    const live = await start('bash', 'yes', { terminal, limits: { output_bytes: 100_000 } });
    expect(await live.done()).toMatchObject({ status: 'OLE', truncated: true });
    expect(live.output().length).toBe(100_000);
  });

  test('children that stay hold nothing up', async () => {
    const live = await start('bash', 'sleep 100 & echo out', { terminal });
    expect(await live.done()).toMatchObject({ status: 'AC' });
    expect(live.output()).toBe('out\r\n');
  });

  test('a size that is none is refused, by its field; without a terminal a new size means nothing', async () => {
    const none = await connect();
    none.say('run', request('python', 'print()', { terminal: { rows: 0, columns: 80 } }));
    expect(await none.message('error')).toMatchObject({ field: 'terminal.rows' });
    for (const size of [{ rows: 0, columns: 1 }, { rows: 1 }, { rows: 1, columns: 1001 }, { rows: '1', columns: 1 }, { rows: 1.5, columns: 1 }]) {
      const live = await start('bash', 'read x', { terminal });
      live.say('resize', size);
      expect((await live.ended()).code).toBe(4002);
    }
    const pipes = await start('bash', 'read x; test ! -t 0', {});
    pipes.say('resize', { rows: 1, columns: 1 });
    pipes.type('\n');
    expect(await pipes.done()).toMatchObject({ status: 'AC' });
    const { status, body } = await ann.post('/api/v1/runs', { ...request('python', 'print()', { terminal }), tests: [{ id: '1' }] });
    expect([status, body]).toMatchObject([400, { reason: 'not_live', field: 'terminal' }]);
  });
});
