// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Draft } from '@/lib/shapes';
import { readBackup, type Work } from './backup';
import { useDraft } from './useDraft';

const key = { userId: '1', componentId: '2', language: 'python' };
const work = (text: string): Work => ({
  files: [{ path: 'main.py', content: text }],
  choices: [],
  answers: [],
});
const none: Draft = { version: 0, language: 'python', saved_at: 0, ...work(''), files: [] };

interface Sent {
  base_version: number;
  files: Work['files'];
}

/** A server that remembers one draft, and can be taken away. */
class FakeServer {
  version = 0;
  text = '';
  reachable = true;
  readonly sent: Sent[] = [];

  async answer(request: Request): Promise<Response> {
    if (!this.reachable) throw new TypeError('Failed to fetch');
    if (request.method === 'GET')
      return Response.json({ ...none, ...work(this.text), version: this.version, saved_at: 7 });
    const body = (await request.json()) as Sent;
    this.sent.push(body);
    if (body.base_version !== this.version)
      return Response.json({ reason: 'draft_conflict', detail: 'changed' }, { status: 409 });
    this.version += 1;
    this.text = body.files[0]?.content ?? '';
    return Response.json({ version: this.version, saved_at: 1000 + this.version });
  }
}

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: false });
  localStorage.clear();
  server = new FakeServer();
  vi.stubGlobal('fetch', (request: Request) => server.answer(request));
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

test('three seconds after the last key it is on the server, and the copy on this device is gone', async () => {
  const { result } = renderHook(() => useDraft(key, none, work('starter')));
  expect(result.current.work).toEqual(work('starter'));
  act(() => result.current.change(work('a')));
  expect(readBackup(key)?.work).toEqual(work('a'));
  await pass(2000);
  act(() => result.current.change(work('ab')));
  await pass(2900);
  expect(server.sent).toHaveLength(0);
  await pass(200);
  expect(server.text).toBe('ab');
  expect(result.current.state).toMatchObject({ phase: 'clean', version: 1, savedAt: 1001 });
  expect(readBackup(key)).toBeUndefined();
});

test('without a server the text stays here, also over a reload, and is saved when it is back', async () => {
  server.reachable = false;
  const first = renderHook(() => useDraft(key, none, work('starter')));
  act(() => first.result.current.change(work('kept')));
  await pass(3100);
  expect(first.result.current.state.phase).toBe('offline');
  first.unmount();
  const second = renderHook(() => useDraft(key, none, work('starter')));
  expect(second.result.current.work).toEqual(work('kept'));
  server.reachable = true;
  await pass(20_000);
  expect(server.text).toBe('kept');
  expect(second.result.current.state.phase).toBe('clean');
});

test("another place's draft is never written over: mine is kept beside it until one is chosen", async () => {
  const { result } = renderHook(() => useDraft(key, none, work('starter')));
  server.version = 4;
  server.text = 'theirs';
  act(() => result.current.change(work('mine')));
  await pass(3100);
  expect(result.current.state.phase).toBe('conflict');
  expect(result.current.theirs?.files[0]?.content).toBe('theirs');
  expect(server.text).toBe('theirs');
  act(() => result.current.change(work('mine, longer')));
  await pass(60_000);
  expect(server.text).toBe('theirs');
  act(() => result.current.keepMine());
  await pass(3100);
  expect(server.text).toBe('mine, longer');
  expect(result.current.state).toMatchObject({ phase: 'clean', version: 5 });
});

test('taking the other text drops mine', async () => {
  const { result } = renderHook(() => useDraft(key, none, work('starter')));
  server.version = 2;
  server.text = 'theirs';
  act(() => result.current.change(work('mine')));
  await pass(3100);
  act(() => result.current.takeTheirs());
  expect(result.current.work).toEqual(work('theirs'));
  expect(readBackup(key)).toBeUndefined();
  act(() => result.current.change(work('theirs, mended')));
  await pass(3100);
  expect(server.text).toBe('theirs, mended');
});

test('leaving the page saves what is there', async () => {
  const { result } = renderHook(() => useDraft(key, none, work('starter')));
  act(() => result.current.change(work('in haste')));
  act(() => void window.dispatchEvent(new Event('pagehide')));
  await pass(0);
  expect(server.text).toBe('in haste');
});
