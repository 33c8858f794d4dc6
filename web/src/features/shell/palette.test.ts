import { expect, test } from 'vitest';
import { find } from './palette';

const entry = (label: string, words = '') => ({ id: label, label, kind: '', words, run: () => {} });
const names = (query: string) =>
  find(
    [entry('Prime sieve', 'loops'), entry('The sieve of time'), entry('Élan'), entry('Profile')],
    query,
  ).map((each) => each.label);

test('what begins with the word comes before what has it inside', () => {
  expect(names('sieve')).toEqual(['Prime sieve', 'The sieve of time']);
  expect(names('pr')).toEqual(['Prime sieve', 'Profile']);
});

test('every word must be found, accents and case aside', () => {
  expect(names('sieve time')).toEqual(['The sieve of time']);
  expect(names('elan')).toEqual(['Élan']);
  expect(names('loops')).toEqual(['Prime sieve']);
  expect(names('nothing')).toEqual([]);
});

test('nothing typed is everything, in the order it was gathered', () => {
  expect(names('')).toEqual(['Prime sieve', 'The sieve of time', 'Élan', 'Profile']);
});
