import { expect, test } from 'vitest';
import { ownKeys } from './keys';

const key = (key: string, more = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});
const selection = (there: boolean) => ({ hasSelection: () => there });
const none = selection(false);

test('one gets out with Shift and Tab at any time, and with Tab when nothing runs', () => {
  expect(ownKeys(key('Tab', { shiftKey: true }), true, none)).toBe(true);
  expect(ownKeys(key('Tab'), false, none)).toBe(true);
  expect(ownKeys(key('Tab'), true, none)).toBe(false);
});

test('Ctrl-C copies what is selected and else is the program’s', () => {
  expect(ownKeys(key('c', { ctrlKey: true }), true, selection(true))).toBe(true);
  expect(ownKeys(key('c', { ctrlKey: true }), true, none)).toBe(false);
  expect(ownKeys(key('c'), true, selection(true))).toBe(false);
});

test('pasting, running and submitting stay; letters, Enter and Escape are the program’s', () => {
  for (const name of ['v', 'Enter', "'"])
    expect(ownKeys(key(name, { ctrlKey: true }), true, none), name).toBe(true);
  for (const name of ['v', 'Enter', "'", 'Escape', 'ArrowUp'])
    expect(ownKeys(key(name), true, none), name).toBe(false);
  expect(ownKeys(key('d', { ctrlKey: true }), true, none)).toBe(false);
  expect(ownKeys(key("'", { ctrlKey: true, altKey: true }), true, none)).toBe(false);
});
