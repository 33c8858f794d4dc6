// @vitest-environment happy-dom
// Loader and sender with a store, against a small server that stands behind `fetch`.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Message } from './core/shapes';
import { ann, channel, message, server } from './core/testing';
import { draftOf, keepDraft } from './drafts';
import { Loader } from './loading';
import { Sender } from './sending';
import { Store } from './store';

class FakeServer {
  messages: Message[] = [];
  readonly answered = new Map<string, Message>();
  readonly asked: string[] = [];
  /** Of the next requests: a status, 'offline', or 'lost' when only the answer does not arrive. */
  troubles: (number | 'offline' | 'lost')[] = [];

  fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    this.asked.push(`${request.method} ${url.search}`);
    const trouble = this.troubles.shift();
    if (trouble === 'offline') throw new TypeError('fetch failed');
    if (typeof trouble === 'number')
      return new Response(JSON.stringify({ reason: 'slow_down', detail: 'no' }), {
        status: trouble,
        headers: { 'Retry-After': '4', 'Content-Type': 'application/problem+json' },
      });
    const answer = request.method === 'POST' ? await this.#take(request) : this.#list(url);
    if (trouble === 'lost') throw new TypeError('connection reset');
    return new Response(JSON.stringify(answer), {
      headers: { 'Content-Type': 'application/json' },
    });
  };

  async #take(request: Request): Promise<Message> {
    const key = request.headers.get('Idempotency-Key') ?? '';
    const body = (await request.json()) as { content: string; nonce: string };
    const known = this.answered.get(key);
    if (known) return known;
    const seq = this.messages.length + 1;
    const made = message(seq, { author: ann, content: body.content });
    this.messages.push(made);
    const answer = { ...made, nonce: body.nonce };
    this.answered.set(key, answer);
    return answer;
  }

  #list(url: URL) {
    const limit = Number(url.searchParams.get('limit'));
    const [before, after] = [url.searchParams.get('before'), url.searchParams.get('after')];
    const all = this.messages.filter(
      (each) =>
        (!before || BigInt(each.id) < BigInt(before)) &&
        (!after || BigInt(each.id) > BigInt(after)),
    );
    const page = after ? all.slice(0, limit) : all.slice(-limit);
    const rest = all.length > page.length;
    return {
      messages: page.toReversed(),
      has_before: !after && rest,
      has_after: Boolean(after) && rest,
    };
  }
}

let fake: FakeServer;
let store: Store;
let loader: Loader;
let sender: Sender;

const seqs = (): number[] => store.state.histories.get('c')?.messages.map((m) => m.seq) ?? [];
const until = async (done: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !done(); i += 1) await vi.advanceTimersByTimeAsync(1);
  expect(done()).toBe(true);
};

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  fake = new FakeServer();
  vi.stubGlobal('fetch', fake.fetch);
  store = new Store();
  loader = new Loader(store);
  sender = new Sender(store);
  store.dispatch({ type: 'start', userId: ann.id, outbox: [] });
  const d = { server: server('s'), channels: [channel('c')] };
  store.dispatch({ type: 'event', event: { t: 'SERVER_CREATE', d } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const fill = (count: number): void => {
  fake.messages = Array.from({ length: count }, (_, i) => message(i + 1));
};

test('a channel opens with its newest page and goes back to its beginning', async () => {
  fill(120);
  await loader.open('c');
  expect(seqs()[0]).toBe(71);
  await loader.older('c');
  await loader.older('c');
  await loader.older('c');
  expect(seqs()).toEqual(fake.messages.map((each) => each.seq));
  expect(fake.asked).toHaveLength(3);
});

test('it is asked for once, however often it is opened meanwhile', async () => {
  fill(3);
  await Promise.all([loader.open('c'), loader.open('c')]);
  await loader.open('c');
  expect(fake.asked).toHaveLength(1);
});

test('a page that failed is told, and can be asked for again', async () => {
  fill(3);
  fake.troubles = ['offline'];
  await loader.open('c');
  expect(store.state.loading.get('c')?.problem?.reason).toBe('offline');
  await loader.open('c');
  expect(seqs()).toEqual([1, 2, 3]);
  expect(store.state.loading.get('c')?.problem).toBeUndefined();
});

test('after a break the open channel has what was said, changed and deleted, across pages', async () => {
  fill(10);
  await loader.open('c');
  fill(250);
  fake.messages = fake.messages.filter((each) => each.seq !== 4 && each.seq !== 1);
  fake.messages[1] = message(3, { version: 2, content: 'changed' });
  await loader.refresh('c');
  expect(seqs()).toEqual(fake.messages.map((each) => each.seq));
  expect(store.state.histories.get('c')?.messages[1]?.content).toBe('changed');
});

test('after a very long break the channel begins at its end again', async () => {
  fill(10);
  await loader.open('c');
  fill(1500);
  await loader.refresh('c');
  expect(seqs()).toHaveLength(50);
  expect(seqs().at(-1)).toBe(1500);
});

test('after a break other channels are loaded when they are opened', async () => {
  fill(3);
  await loader.open('c');
  await loader.refresh(undefined);
  expect(store.state.histories.has('c')).toBe(false);
});

test('messages go out one after another, in the order in which they were written', async () => {
  await loader.open('c');
  for (const text of ['one', 'two', 'three']) sender.compose('c', text);
  expect(store.state.outbox.map((each) => each.state)).toEqual(['sending', 'waiting', 'waiting']);
  await until(() => store.state.outbox.length === 0);
  expect(fake.messages.map((each) => each.content)).toEqual(['one', 'two', 'three']);
  expect(seqs()).toEqual([1, 2, 3]);
});

test('a message whose answer was lost is sent again under its key, and is there once', async () => {
  await loader.open('c');
  fake.troubles = ['lost'];
  sender.compose('c', 'hello');
  await until(() => store.state.outbox[0]?.problem?.reason === 'offline');
  expect(fake.messages).toHaveLength(1);
  sender.flush(true);
  await until(() => store.state.outbox.length === 0);
  expect(fake.messages).toHaveLength(1);
  expect(seqs()).toEqual([1]);
});

test('after "too many" it goes by itself when its time has come', async () => {
  fake.troubles = [429];
  sender.compose('c', 'hello');
  await until(() => store.state.outbox[0]?.problem?.status === 429);
  await vi.advanceTimersByTimeAsync(3000);
  expect(fake.messages).toEqual([]);
  await vi.advanceTimersByTimeAsync(1100);
  expect(fake.messages.map((each) => each.content)).toEqual(['hello']);
  expect(store.state.outbox).toEqual([]);
});

test('a refused message waits for a decision and lets the next one pass', async () => {
  fake.troubles = [403];
  sender.compose('c', 'one');
  sender.compose('c', 'two');
  await until(() => fake.messages.length === 1);
  const [failed] = store.state.outbox;
  expect(failed).toMatchObject({ content: 'one', state: 'failed' });
  sender.retry(failed?.nonce ?? '');
  await until(() => store.state.outbox.length === 0);
  expect(fake.messages.map((each) => each.content)).toEqual(['two', 'one']);
});

test('what was not sent survives a reload, and what was discarded does not', async () => {
  fake.troubles = ['offline', 403];
  sender.compose('c', 'kept');
  await until(() => store.state.outbox[0]?.problem !== undefined);
  expect(Sender.left(ann.id)).toMatchObject([{ content: 'kept', state: 'waiting' }]);
  expect(Sender.left('8')).toEqual([]);
  sender.discard(store.state.outbox[0]?.nonce ?? '');
  expect(Sender.left(ann.id)).toEqual([]);
});

test('each channel and each person has a draft of its own; an empty one is none', () => {
  keepDraft(ann.id, 'c', 'half a sent');
  expect([draftOf(ann.id, 'c'), draftOf(ann.id, 'd'), draftOf('8', 'c')]).toEqual([
    'half a sent',
    '',
    '',
  ]);
  keepDraft(ann.id, 'c', '  ');
  expect(localStorage).toHaveLength(0);
});
