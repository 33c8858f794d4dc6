// A language's grammar, loaded when it is first needed; plain text for one that has none here.
import type { LanguageSupport } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

type Load = () => Promise<Extension>;

const cpp: Load = async () => (await import('@codemirror/lang-cpp')).cpp();

const bash: Load = async () => {
  const [{ LanguageSupport, StreamLanguage }, { shell }] = await Promise.all([
    import('@codemirror/language'),
    import('@codemirror/legacy-modes/mode/shell'),
  ]);
  return new LanguageSupport(StreamLanguage.define(shell));
};

const LOADERS: Record<string, Load> = {
  cpp,
  c: cpp,
  bash,
  python: async () => (await import('@codemirror/lang-python')).python(),
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
  java: async () => (await import('@codemirror/lang-java')).java(),
};

const ALIASES: Record<string, string> = {
  'c++': 'cpp',
  py: 'python',
  js: 'javascript',
  sh: 'bash',
};

export async function grammar(language: string): Promise<Extension> {
  return (await LOADERS[ALIASES[language] ?? language]?.()) ?? [];
}

/** For code in a text, where only the parser is wanted. */
export async function support(language: string): Promise<LanguageSupport | undefined> {
  const loaded = await grammar(language);
  return 'language' in loaded ? (loaded as LanguageSupport) : undefined;
}

/** Four spaces where the language's people write four. */
export const indentOf = (language: string): string =>
  language === 'python' || language === 'java' ? '    ' : '  ';
