import { expect, test } from 'vitest';
import { linked } from './links';

test('addresses become links, the sentence around them stays', () => {
  const pieces = linked(
    'Open http://127.0.0.1:8080/confirm?token=a-b_c. Then sign in (https://x.org/a).',
  );
  expect(pieces.map((piece) => piece.text).join('')).toBe(
    'Open http://127.0.0.1:8080/confirm?token=a-b_c. Then sign in (https://x.org/a).',
  );
  expect(pieces.flatMap((piece) => piece.href ?? [])).toEqual([
    'http://127.0.0.1:8080/confirm?token=a-b_c',
    'https://x.org/a',
  ]);
});

test('nothing else is a link', () => {
  expect(linked('javascript:alert(1) ftp://x')).toEqual([
    { at: 0, text: 'javascript:alert(1) ftp://x' },
  ]);
  expect(linked('')).toEqual([]);
});
