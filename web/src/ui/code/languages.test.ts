import { expect, test } from 'vitest';
import { grammar, indentOf, known, support } from './languages';

const coloured = [
  'bash',
  'c',
  'c++',
  'c-clang',
  'cpp',
  'cpp-clang',
  'cpp23',
  'cpp23-clang',
  'fortran',
  'go',
  'haskell',
  'java',
  'javascript',
  'lua',
  'ocaml',
  'pascal',
  'perl',
  'py',
  'python',
  'ruby',
  'rust',
  'scheme',
  'sql',
  'typescript',
];

test('every language of the runner but PHP has a grammar that parses', async () => {
  for (const language of coloured) {
    expect(known(language), language).toBe(true);
    const found = await support(language);
    expect(found?.language.parser.parse('x = 1').length, language).toBe(5);
  }
});

test('what has none is plain text', async () => {
  for (const language of ['', 'php', 'cobol', 'constructor', 'toString']) {
    expect(known(language), language).toBe(false);
    expect(await grammar(language), language).toEqual([]);
    expect(await support(language), language).toBeUndefined();
  }
});

test('the indent is what the people of a language write', () => {
  expect(['go', 'python', 'rust', 'cpp'].map(indentOf)).toEqual(['\t', '    ', '    ', '  ']);
});
