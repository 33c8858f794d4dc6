import { expect, test } from 'vitest';
import { keyNames } from './keys';
import { pressed } from './shortcuts';

const key = (
  name: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {},
) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

test('Ctrl and ⌘ are the same modifier', () => {
  expect(pressed('mod+K', key('k', { ctrlKey: true }))).toBe(true);
  expect(pressed('mod+K', key('K', { metaKey: true }))).toBe(true);
  expect(pressed('mod+K', key('k'))).toBe(false);
  expect(pressed('?', key('?'))).toBe(true);
  expect(pressed('?', key('?', { ctrlKey: true }))).toBe(false);
  expect(pressed('mod+K', key('k', { ctrlKey: true, altKey: true }))).toBe(false);
});

test('keys are named as they are printed', () => {
  expect(keyNames('mod+Enter', false)).toBe('Ctrl ↵');
  expect(keyNames("mod+'", true)).toBe("⌘ '");
});
