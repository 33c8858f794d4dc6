// Light, dark, or what the system says. `public/theme.js` does the same before the first paint.
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import { keepWord, recallWord } from './storage';

export type Theme = 'system' | 'light' | 'dark';

export const toScheme = (theme: string): MantineColorScheme =>
  theme === 'light' || theme === 'dark' ? theme : 'auto';

export const toTheme = (scheme: MantineColorScheme): Theme =>
  scheme === 'auto' ? 'system' : scheme;

export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => {
    const word = recallWord('theme');
    return word === null ? fallback : toScheme(word);
  },
  set: (scheme) => keepWord('theme', scheme === 'auto' ? null : scheme),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => keepWord('theme', null),
};
