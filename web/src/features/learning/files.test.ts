import { expect, test } from 'vitest';
import {
  add,
  entryOf,
  firstToOpen,
  isFixed,
  nameProblem,
  put,
  remove,
  rename,
  starterFiles,
  withFixed,
} from './files';

const starter = {
  language: 'cpp',
  entry: 'main.cpp',
  files: [
    { path: 'main.cpp', content: 'int main() {}', readonly: false },
    { path: 'sieve.h', content: '#pragma once', readonly: true },
  ],
};
const files = starterFiles(starter);

test('files are added, written, renamed and removed', () => {
  expect(put(files, 'main.cpp', 'x')[0]).toEqual({ path: 'main.cpp', content: 'x' });
  expect(add(files, 'a.h').at(-1)).toEqual({ path: 'a.h', content: '' });
  expect(rename(files, 'main.cpp', 'b.cpp').map((file) => file.path)).toEqual(['b.cpp', 'sieve.h']);
  expect(remove(files, 'main.cpp')).toHaveLength(1);
});

test("an old draft never brings back an old version of the author's file", () => {
  const old = [
    { path: 'sieve.h', content: 'old' },
    { path: 'util.h', content: 'mine' },
    { path: 'main.cpp', content: 'm' },
  ];
  expect(withFixed(starter, old)).toEqual([
    { path: 'main.cpp', content: 'm' },
    { path: 'sieve.h', content: '#pragma once' },
    { path: 'util.h', content: 'mine' },
  ]);
  expect(isFixed(starter, 'sieve.h')).toBe(true);
  expect(isFixed(starter, 'main.cpp')).toBe(false);
});

test.each([
  ['util.h', undefined],
  ['lib/util.h', undefined],
  ['main.cpp', 'taken'],
  ['', 'bad'],
  ['/etc/passwd', 'bad'],
  ['a/../b', 'bad'],
  ['a b', 'bad'],
  ['x'.repeat(201), 'bad'],
])('the name %j is %s', (name, expected) => {
  expect(nameProblem(name, files)).toBe(expected);
});

test('the entry is said only while its file is there', () => {
  expect(entryOf(starter, files)).toEqual({ entry: 'main.cpp' });
  expect(entryOf(starter, [])).toEqual({});
  expect(entryOf({ ...starter, entry: '' }, files)).toEqual({});
});

test('the entry is opened first, unless the author keeps it and another file is to be written', () => {
  expect(firstToOpen(starter, files)).toBe('main.cpp');
  const kept = {
    ...starter,
    files: starter.files.map((file) => ({ ...file, readonly: file.path === 'main.cpp' })),
  };
  expect(firstToOpen(kept, starterFiles(kept))).toBe('sieve.h');
  const all = { ...kept, files: kept.files.map((file) => ({ ...file, readonly: true })) };
  expect(firstToOpen(all, starterFiles(all))).toBe('main.cpp');
});
