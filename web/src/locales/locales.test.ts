import { expect, test } from 'vitest';
import { en } from './en';
import { fr } from './fr';

type Tree = { [key: string]: string | Tree };

const flat = (tree: Tree, before = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`),
  );

const english = new Map(flat(en));
const french = new Map(flat(fr));

test('French has every key and no other', () => {
  expect([...french.keys()]).toEqual([...english.keys()]);
});

test('a sentence has the same blanks and tags in both languages', () => {
  const blanks = (text: string): string[] =>
    [...text.matchAll(/\{\{\w+\}\}|<\/?\w+>/g)].map(([word]) => word).sort();
  for (const [key, text] of english)
    expect(blanks(french.get(key) ?? ''), key).toEqual(blanks(text));
});

test('nothing was forgotten in English, and nothing shouts', () => {
  const same = [...english].filter(
    ([key, text]) => french.get(key) === text && /[a-z]{4} [a-z]/.test(text),
  );
  expect(same).toEqual([]);
  for (const [key, text] of [...english, ...french]) expect(text, key).not.toContain('!');
});
