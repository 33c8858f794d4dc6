import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pauseMs } from './frames';
import { Gateway, type Socket, type Status } from './gateway';
import type { GatewayEvent } from './shapes';

class FakeSocket implements Socket {
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly sent: { op: number; d: unknown }[] = [];
  closedWith: number | undefined;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code?: number): void {
    this.closedWith = code ?? 1005;
  }
  say(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  end(code: number): void {
    this.onclose?.({ code });
  }
  hello(): void {
    this.say({ op: 10, d: { heartbeat_interval: 45_000 } });
  }
  ready(session = 'one', s = 1): void {
    this.say({ op: 0, t: 'READY', s, d: { session_id: session, user: { id: '7' }, servers: [] } });
  }
  ops(): number[] {
    return this.sent.map((each) => each.op);
  }
}

let sockets: FakeSocket[] = [];
let events: GatewayEvent[] = [];
let statuses: Status[] = [];
let random = 0.5;

const gateway = (): Gateway =>
  new Gateway({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
    random: () => random,
  });

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};

function connected(): Gateway {
  const made = gateway();
  made.start();
  last().hello();
  last().ready();
  return made;
}

const create = (s: number) => ({ op: 0, t: 'MESSAGE_CREATE', s, d: { id: String(s) } });

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  events = [];
  statuses = [];
  random = 0.5;
});
afterEach(() => vi.useRealTimers());

test('it says who it is after hello, and is ready with READY', () => {
  const made = gateway();
  made.start();
  expect(last().sent).toEqual([]);
  last().hello();
  expect(last().sent).toEqual([{ op: 2, d: {} }]);
  last().ready();
  expect(statuses).toEqual(['connecting', 'ready']);
  expect(events.map((each) => each.t)).toEqual(['READY']);
});

test('what READY says is known before anybody hears that it is ready', () => {
  const order: string[] = [];
  const socket = new FakeSocket();
  new Gateway({
    connect: () => socket,
    onEvent: (event) => order.push(event.t),
    onStatus: (status) => order.push(status),
  }).start();
  socket.hello();
  socket.ready();
  expect(order).toEqual(['connecting', 'READY', 'ready']);
});

test('the first heartbeat comes after a part of the interval, the others after all of it, with the last seq', () => {
  connected();
  last().say(create(5));
  vi.advanceTimersByTime(22_499);
  expect(last().ops()).toEqual([2]);
  vi.advanceTimersByTime(1);
  expect(last().sent.at(-1)).toEqual({ op: 1, d: 5 });
  last().say({ op: 11 });
  vi.advanceTimersByTime(45_000);
  expect(last().ops()).toEqual([2, 1, 1]);
});

test('a heartbeat without an answer ends the connection, and the next one resumes', () => {
  connected();
  last().say(create(9));
  const first = last();
  vi.advanceTimersByTime(22_500 + 45_000);
  expect(first.closedWith).toBe(4000);
  vi.advanceTimersByTime(2000);
  expect(sockets).toHaveLength(2);
  last().hello();
  expect(last().sent).toEqual([{ op: 6, d: { session_id: 'one', seq: 9 } }]);
  last().say(create(10));
  last().say({ op: 0, t: 'RESUMED', s: 10, d: {} });
  expect(statuses).toEqual(['connecting', 'ready', 'offline', 'connecting', 'ready']);
});

test('a beat that the server asks for is sent at once', () => {
  connected();
  last().say({ op: 1 });
  expect(last().ops()).toEqual([2, 1]);
});

test('an event that was seen before the break is dropped', () => {
  connected();
  for (const s of [2, 3]) last().say(create(s));
  last().end(1006);
  vi.advanceTimersByTime(30_000);
  last().hello();
  for (const s of [2, 3, 4]) last().say(create(s));
  expect(events.map((each) => (each.d as { id?: string }).id)).toEqual([undefined, '2', '3', '4']);
});

test('an invalid session is begun anew on the same connection', () => {
  connected();
  last().end(1006);
  vi.advanceTimersByTime(30_000);
  last().hello();
  last().say({ op: 9, d: false });
  expect(last().ops()).toEqual([6, 2]);
  last().ready('two', 1);
  last().say(create(2));
  last().end(1006);
  vi.advanceTimersByTime(30_000);
  last().hello();
  expect(last().sent).toEqual([{ op: 6, d: { session_id: 'two', seq: 2 } }]);
});

test('asked to reconnect, it does within five seconds and resumes', () => {
  connected();
  random = 0.999;
  last().say({ op: 7 });
  expect(sockets[0]?.closedWith).toBe(4000);
  vi.advanceTimersByTime(5000);
  expect(sockets).toHaveLength(2);
  last().hello();
  expect(last().ops()).toEqual([6]);
});

test.each([4001, 4002, 4003, 4005, 4007])('close code %i is not resumed', (code) => {
  connected();
  last().end(code);
  vi.advanceTimersByTime(30_000);
  last().hello();
  expect(last().ops()).toEqual([2]);
});

test.each([1000, 1001, 1006, 4000, 4008, 4009, 4015])('close code %i is resumed', (code) => {
  connected();
  last().end(code);
  vi.advanceTimersByTime(30_000);
  last().hello();
  expect(last().ops()).toEqual([6]);
});

test('4004 says that one is signed out, and nothing is tried again', () => {
  connected();
  last().end(4004);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  expect(statuses.at(-1)).toBe('signed-out');
});

test('pauses double from one second to sixty, by half and more, and differ from each other', () => {
  for (const [attempt, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
    expect(pauseMs(attempt, 0)).toBe(seconds * 500);
    expect(pauseMs(attempt, 0.5)).toBe(seconds * 750);
    expect(pauseMs(attempt, 0.999)).toBeLessThan(seconds * 1000);
  }
  expect(pauseMs(2000, 0)).toBe(30_000);
});

test('each failed attempt waits longer; success begins anew', () => {
  gateway().start();
  const waits: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    last().end(1006);
    const count = sockets.length;
    let waited = 0;
    while (sockets.length === count && waited < 60_000) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([800, 1500, 3000, 6000]);
  last().hello();
  last().ready();
  last().end(1006);
  const count = sockets.length;
  vi.advanceTimersByTime(1500);
  expect(sockets).toHaveLength(count + 1);
});

test('a server that accepts and says nothing is left', () => {
  gateway().start();
  vi.advanceTimersByTime(15_000);
  expect(sockets[0]?.closedWith).toBe(4000);
  vi.advanceTimersByTime(2000);
  expect(sockets).toHaveLength(2);
});

test('an old socket says nothing any more', () => {
  connected();
  const old = last();
  vi.advanceTimersByTime(22_500 + 45_000 + 30_000);
  last().hello();
  old.say(create(50));
  old.end(4004);
  expect(events).toHaveLength(1);
  expect(statuses.at(-1)).toBe('connecting');
});

test('a nudge ends a pause, and finds out at once whether a connection is still alive', () => {
  const made = connected();
  last().end(1006);
  made.nudge();
  expect(sockets).toHaveLength(2);
  last().hello();
  last().say({ op: 0, t: 'RESUMED', s: 1, d: {} });
  made.nudge();
  expect(last().ops()).toEqual([6, 1]);
  last().say({ op: 11 });
  vi.advanceTimersByTime(5000);
  expect(sockets).toHaveLength(2);
  made.nudge();
  vi.advanceTimersByTime(5000);
  expect(sockets[1]?.closedWith).toBe(4000);
});

test('a lost network is told at once; what the socket says later is not waited for', () => {
  const made = connected();
  made.lostNetwork();
  expect(statuses.at(-1)).toBe('offline');
  made.nudge();
  expect(sockets).toHaveLength(2);
});

test('stopped, it stays stopped', () => {
  const made = connected();
  made.stop();
  made.nudge();
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  expect(sockets[0]?.closedWith).toBe(1000);
});

test('nonsense from outside is ignored', () => {
  connected();
  for (const word of ['', '{', 'null', '3', '[]', '{"op":99}', '{"op":"0"}']) last().say(word);
  expect(statuses).toEqual(['connecting', 'ready']);
  expect(events).toHaveLength(1);
});
