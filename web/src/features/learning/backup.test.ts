// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import type { Draft } from '@/lib/shapes';
import { dropBackup, readBackup, restore, sameWork, type Work, writeBackup } from './backup';

const work = (text: string): Work => ({
  files: [{ path: 'main.py', content: text }],
  choices: [],
  answers: [],
});
const server = (version: number, text: string): Draft => ({
  version,
  language: 'python',
  saved_at: 1,
  ...work(text),
});
const starter = work('starter');

test('without anything, the starter', () => {
  expect(restore(server(0, ''), undefined, starter)).toEqual({ from: 'starter', work: starter });
});

test("the server's draft when this device has nothing, or the same", () => {
  expect(restore(server(3, 'a'), undefined, starter).from).toBe('server');
  expect(restore(server(3, 'a'), { version: 2, work: work('a') }, starter).from).toBe('server');
});

test('what this device kept, when it was made from the version that is there', () => {
  expect(restore(server(3, 'a'), { version: 3, work: work('b') }, starter)).toEqual({
    from: 'device',
    work: work('b'),
    version: 3,
  });
  expect(restore(server(0, ''), { version: 0, work: work('b') }, starter).from).toBe('device');
});

test('a save that arrived though nobody heard of it is no conflict', () => {
  const backup = { version: 3, work: work('typed on'), sending: work('sent') };
  expect(restore(server(4, 'sent'), backup, starter)).toEqual({
    from: 'device',
    work: work('typed on'),
    version: 4,
  });
});

test('two different texts are both kept', () => {
  expect(restore(server(5, 'other'), { version: 3, work: work('mine') }, starter)).toEqual({
    from: 'conflict',
    mine: work('mine'),
  });
});

test('works are compared by what they say', () => {
  const reordered = { answers: [], choices: [], files: [{ content: 'x', path: 'main.py' }] };
  expect(sameWork(work('x'), reordered)).toBe(true);
  expect(sameWork(work('x'), work('y'))).toBe(false);
});

beforeEach(() => localStorage.clear());

test('a copy belongs to one person, one component and one language', () => {
  const key = { userId: '1', componentId: '2', language: 'python' };
  expect(writeBackup(key, { version: 1, work: work('x') })).toBe(true);
  expect(readBackup(key)?.work).toEqual(work('x'));
  expect(readBackup({ ...key, userId: '9' })).toBeUndefined();
  expect(readBackup({ ...key, language: 'cpp' })).toBeUndefined();
  dropBackup(key);
  expect(readBackup(key)).toBeUndefined();
});
