import { afterEach, expect, test, vi } from 'vitest';
import { ProblemError } from './problem';
import { EventParser, events, type ServerEvent } from './sse';

test('an event is given when its empty line has come, and not before', () => {
  const parser = new EventParser();
  expect(parser.push('event: result\ndata: {"a"')).toEqual([]);
  expect(parser.push(':1}\n')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ event: 'result', data: '{"a":1}' }]);
});

test('CR, LF and CRLF end a line, also when the pair is torn apart', () => {
  const parser = new EventParser();
  expect(parser.push('data: a\r')).toEqual([]);
  expect(parser.push('\ndata: b\r\n\r')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ event: 'message', data: 'a\nb' }]);
  expect(parser.push('data: c\r\rdata: d\n\n')).toEqual([
    { event: 'message', data: 'c' },
    { event: 'message', data: 'd' },
  ]);
});

test('comments, unknown fields and events without data are nothing', () => {
  const parser = new EventParser();
  expect(parser.push(': heartbeat\n\nevent: ping\n\nretry: 10\nid: 4\ndata\n\n')).toEqual([
    { event: 'message', data: '' },
  ]);
});

test('however a stream is cut, the same events come out', () => {
  const whole = 'event: compile\ndata: {"é":"✓"}\n\n: beat\r\ndata: x\r\ndata: y\r\n\r\n';
  const expected = new EventParser().push(whole);
  expect(expected).toHaveLength(2);
  for (let cut = 1; cut < whole.length; cut += 1) {
    const parser = new EventParser();
    expect([...parser.push(whole.slice(0, cut)), ...parser.push(whole.slice(cut))]).toEqual(
      expected,
    );
  }
});

afterEach(() => vi.unstubAllGlobals());

function answer(body: string, init?: ResponseInit): void {
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

async function all(path: string): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of events(path)) found.push(event);
  return found;
}

test('the events of an answer come in order', async () => {
  answer('event: compile\ndata: 1\n\nevent: done\ndata: 2\n\n');
  expect(await all('/x')).toEqual([
    { event: 'compile', data: '1' },
    { event: 'done', data: '2' },
  ]);
});

test('a refusal is a problem with its reason', async () => {
  answer('{"reason":"rate_limited","detail":"Slow down","trace_id":"t"}', {
    status: 429,
    headers: { 'Retry-After': '7' },
  });
  const error = await all('/x').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problem).toEqual({
    status: 429,
    reason: 'rate_limited',
    message: 'Slow down',
    traceId: 't',
    retryAfterS: 7,
  });
});

test('an error in the middle of a stream is a problem too', async () => {
  answer('event: compile\ndata: 1\n\nevent: error\ndata: {"status":503,"reason":"overload"}\n\n');
  const error = await all('/x').catch((caught: unknown) => caught);
  expect((error as ProblemError).problem.reason).toBe('overload');
});
