import { expect, test } from 'vitest';
import { chooseStarter } from './useLanguage';

const starters = ['cpp', 'python'].map((language) => ({ language, entry: '', files: [] }));

test('the language worked in last, else the favourite, else the first', () => {
  expect(chooseStarter(starters, 'python', 'cpp')?.language).toBe('python');
  expect(chooseStarter(starters, '', 'python')?.language).toBe('python');
  expect(chooseStarter(starters, 'java', 'rust')?.language).toBe('cpp');
  expect(chooseStarter([], 'cpp', '')).toBeUndefined();
});
