import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isOn, LiveRun, type LiveSocket, type LiveState, notBegun, REST_MS } from './liveRun';
import { offline, type Problem } from './problem';

class FakeSocket implements LiveSocket {
  onopen: LiveSocket['onopen'] = null;
  onmessage: LiveSocket['onmessage'] = null;
  onclose: LiveSocket['onclose'] = null;
  readonly sent: { op: string; d?: unknown }[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  say(op: string, d: unknown = null): void {
    this.onmessage?.({ data: JSON.stringify({ op, d }) });
  }
  run(): void {
    this.onopen?.();
    this.say('compile', { status: 'AC' });
    this.say('started');
    this.sent.length = 0;
  }
}

const program = { language: 'python', files: [{ path: 'main.py', content: 'print(1)' }] };
const size = { rows: 24, columns: 80 };
const done = {
  status: 'AC',
  exit_code: 0,
  cpu_ms: 19,
  wall_ms: 20,
  memory_bytes: 9,
  truncated: false,
};

let sockets: FakeSocket[];
let states: LiveState[];
let output: (string | Uint8Array)[];
let refused: () => Promise<Problem>;
let live: LiveRun;

const state = (): LiveState => states.at(-1) ?? notBegun;

function start(): FakeSocket {
  live.start(program, size);
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
}

function running(): FakeSocket {
  const socket = start();
  socket.run();
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  output = [];
  refused = async () => offline;
  live = new LiveRun({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onChange: (next) => states.push(next),
    onOutput: (text) => output.push(text),
    whyRefused: () => refused(),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test('SUB-02 a run asks for a terminal, compiles, prints and ends', () => {
  const socket = start();
  expect([state().phase, socket.sent]).toEqual(['connecting', []]);
  socket.onopen?.();
  expect(socket.sent).toEqual([{ op: 'run', d: { ...program, terminal: size } }]);
  expect(state().phase).toBe('compiling');
  socket.say('compile', { status: 'AC' });
  socket.say('started');
  expect(state()).toMatchObject({ phase: 'running', compile: { status: 'AC' } });
  socket.say('stdout', { text: 'hello\r\n' });
  socket.say('stderr', { base64: '/wA=' });
  expect(output).toEqual(['hello\r\n', new Uint8Array([255, 0])]);
  socket.say('done', done);
  expect(state()).toMatchObject({ phase: 'over', done, stopped: false });
  expect(state()).not.toHaveProperty('problem');
});

test('SUB-02 what is typed goes at once; what comes soon after waits and goes together, in order', () => {
  const socket = running();
  for (const key of 'stop') live.type(key);
  live.resize({ rows: 20, columns: 60 });
  live.resize({ rows: 30, columns: 100 });
  expect(socket.sent).toEqual([{ op: 'stdin', d: { text: 's' } }]);
  vi.advanceTimersByTime(REST_MS);
  expect(socket.sent.slice(1)).toEqual([
    { op: 'resize', d: { rows: 30, columns: 100 } },
    { op: 'stdin', d: { text: 'top' } },
  ]);
  vi.advanceTimersByTime(10 * REST_MS);
  expect(socket.sent).toHaveLength(3);
});

test('a key that is held down for a minute stays below the server’s 1,200 messages', () => {
  const socket = running();
  for (let at = 0; at < 60_000; at += 20) {
    live.type('x');
    vi.advanceTimersByTime(20);
  }
  expect(socket.sent.length).toBeLessThan(1000);
  vi.advanceTimersByTime(REST_MS);
  expect(socket.sent.map(({ d }) => (d as { text: string }).text).join('')).toHaveLength(3000);
});

test('the end of input comes after all that was typed; Ctrl-C is a character of the terminal', () => {
  const socket = running();
  live.type('a');
  live.type('b\r');
  live.endInput();
  expect(socket.sent.slice(1)).toEqual([{ op: 'stdin', d: { text: 'b\r' } }, { op: 'eof' }]);
  vi.advanceTimersByTime(REST_MS);
  live.interrupt();
  expect(socket.sent.at(-1)).toEqual({ op: 'stdin', d: { text: '\u0003' } });
});

test('a size that changed before the connection stands is the one asked for', () => {
  const socket = start();
  live.resize({ rows: 10, columns: 40 });
  socket.onopen?.();
  vi.advanceTimersByTime(REST_MS);
  expect(socket.sent).toEqual([
    { op: 'run', d: { ...program, terminal: { rows: 10, columns: 40 } } },
  ]);
});

test('what is typed while it is compiled waits at the server, and after the end for nobody', () => {
  const socket = start();
  live.type('too early');
  socket.onopen?.();
  live.type('early');
  expect(socket.sent.at(-1)).toEqual({ op: 'stdin', d: { text: 'early' } });
  socket.say('done', { ...done, status: 'CE' });
  const sent = socket.sent.length;
  live.type('late');
  live.endInput();
  live.resize(size);
  live.stop();
  vi.advanceTimersByTime(REST_MS);
  expect(socket.sent).toHaveLength(sent);
});

test('what does not compile is over, with what the compiler said', () => {
  const socket = start();
  socket.onopen?.();
  socket.say('compile', { status: 'CE', stderr: 'main.c:1: error' });
  socket.say('done', { ...done, status: 'CE' });
  expect(state()).toMatchObject({
    phase: 'over',
    compile: { status: 'CE', stderr: 'main.c:1: error' },
    done: { status: 'CE' },
  });
});

test('Stop kills and hears how it ended; pressed again it does not wait', () => {
  const socket = running();
  live.stop();
  expect(socket.sent).toEqual([{ op: 'signal', d: { name: 'KILL' } }]);
  expect(state()).toMatchObject({ phase: 'running', stopped: true });
  socket.say('done', { ...done, status: 'SIG', signal: 'SIGKILL', exit_code: 137 });
  expect(state()).toMatchObject({ phase: 'over', stopped: true, done: { signal: 'SIGKILL' } });

  const deaf = running();
  live.stop();
  live.stop();
  expect(deaf.closed).toBe(true);
  expect(state()).toEqual({ phase: 'over', stopped: true, compile: { status: 'AC' } });
});

test('Stop before the program runs hangs up: signals would reach nobody', () => {
  const socket = start();
  socket.onopen?.();
  live.stop();
  expect([socket.closed, socket.sent.length]).toEqual([true, 1]);
  expect(state()).toMatchObject({ phase: 'over', stopped: true });
});

test('SUB-05 a refusal has its reason, and the close after it changes nothing', () => {
  for (const reason of ['overload', 'too_many_sessions', 'sandbox_unavailable']) {
    const socket = start();
    const closed = socket.onclose;
    socket.onopen?.();
    socket.say('error', { reason, message: 'no', retry_after_ms: 1500 });
    closed?.({ code: 4000 });
    expect(state()).toMatchObject({ phase: 'over', problem: { reason, retryAfterS: 2 } });
  }
});

test('a connection that ends says why', () => {
  for (const [code, reason] of [
    [1001, 'server_stops'],
    [1006, 'connection_lost'],
    [4009, 'too_much_input'],
    [4015, 'connection_lost'],
  ] as const) {
    running().onclose?.({ code });
    expect(state()).toMatchObject({ phase: 'over', problem: { reason } });
  }
  const socket = running();
  live.lostNetwork();
  expect([state().problem?.reason, socket.closed]).toEqual(['connection_lost', true]);
});

test('of a connection that was never there one asks why; a new start does not wait for it', async () => {
  start().onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toMatchObject({ phase: 'over', problem: offline });

  let answer = (_: Problem): void => {};
  refused = () => new Promise((resolve) => (answer = resolve));
  start().onclose?.({ code: 1006 });
  running();
  answer(offline);
  await vi.advanceTimersByTimeAsync(0);
  expect(state().phase).toBe('running');
});

test('a new start hangs up on the one before, whose late words are not heard', () => {
  const old = running();
  const late = old.onmessage;
  running();
  expect([old.closed, old.onmessage]).toEqual([true, null]);
  expect(late).not.toBeNull();
  live.leave();
  expect(sockets.every((socket) => socket.closed)).toBe(true);
});

test('what is no message is passed over', () => {
  const socket = running();
  socket.onmessage?.({ data: 'no JSON' });
  socket.onmessage?.({ data: 'null' });
  socket.say('of a newer server', { x: 1 });
  expect(isOn(state())).toBe(true);
});
