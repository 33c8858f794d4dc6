import { expect, test } from 'vitest';
import { readFilters } from './filters';

test('the address keeps what is a filter and drops the rest', () => {
  expect(
    readFilters({ q: 'loops', tag: 7, language: '', difficulty: 'easy', state: 'newest', x: 1 }),
  ).toEqual({
    q: 'loops',
    tag: '7',
    difficulty: 'easy',
  });
});
