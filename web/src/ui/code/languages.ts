// A language's grammar, loaded when it is first needed; plain text for one that has none here.
import type { LanguageSupport, StreamParser } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

type Load = () => Promise<Extension>;

const cpp: Load = async () => (await import('@codemirror/lang-cpp')).cpp();

const mode =
  (load: () => Promise<StreamParser<unknown>>): Load =>
  async () => {
    const [{ LanguageSupport, StreamLanguage }, parser] = await Promise.all([
      import('@codemirror/language'),
      load(),
    ]);
    return new LanguageSupport(StreamLanguage.define(parser));
  };

const LOADERS: Record<string, Load> = {
  cpp,
  c: cpp,
  bash: mode(async () => (await import('@codemirror/legacy-modes/mode/shell')).shell),
  fortran: mode(async () => (await import('@codemirror/legacy-modes/mode/fortran')).fortran),
  go: mode(async () => (await import('@codemirror/legacy-modes/mode/go')).go),
  haskell: mode(async () => (await import('@codemirror/legacy-modes/mode/haskell')).haskell),
  lua: mode(async () => (await import('@codemirror/legacy-modes/mode/lua')).lua),
  ocaml: mode(async () => (await import('@codemirror/legacy-modes/mode/mllike')).oCaml),
  pascal: mode(async () => (await import('@codemirror/legacy-modes/mode/pascal')).pascal),
  perl: mode(async () => (await import('@codemirror/legacy-modes/mode/perl')).perl),
  ruby: mode(async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby),
  rust: mode(async () => (await import('@codemirror/legacy-modes/mode/rust')).rust),
  scheme: mode(async () => (await import('@codemirror/legacy-modes/mode/scheme')).scheme),
  sql: mode(async () => (await import('@codemirror/legacy-modes/mode/sql')).sqlite),
  python: async () => (await import('@codemirror/lang-python')).python(),
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
  typescript: async () =>
    (await import('@codemirror/lang-javascript')).javascript({ typescript: true }),
  java: async () => (await import('@codemirror/lang-java')).java(),
};

const ALIASES: Record<string, string> = {
  'c++': 'cpp',
  py: 'python',
  js: 'javascript',
  sh: 'bash',
  ts: 'typescript',
  rb: 'ruby',
  rs: 'rust',
  hs: 'haskell',
  'c-clang': 'c',
  'cpp-clang': 'cpp',
  cpp23: 'cpp',
  'cpp23-clang': 'cpp',
};

const loader = (language: string): Load | undefined => {
  const name = Object.hasOwn(ALIASES, language) ? ALIASES[language] : language;
  return name && Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
};

/** Whether there is a grammar, without loading it. */
export const known = (language: string): boolean => loader(language) !== undefined;

export async function grammar(language: string): Promise<Extension> {
  return (await loader(language)?.()) ?? [];
}

/** For code in a text, where only the parser is wanted. */
export async function support(language: string): Promise<LanguageSupport | undefined> {
  const loaded = await grammar(language);
  return 'language' in loaded ? (loaded as LanguageSupport) : undefined;
}

/** What the language's people write. */
export const indentOf = (language: string): string =>
  language === 'go' ? '\t' : /^(java|php|python|rust)$/.test(language) ? '    ' : '  ';
