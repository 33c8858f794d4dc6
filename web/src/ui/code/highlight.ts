// Colours for code that is only read, by the editor's grammars and style.
import { highlightCode } from '@lezer/highlight';
import { StyleModule } from 'style-mod';
import { support } from './languages';
import { highlightStyle } from './setup';

export interface Token {
  from: number;
  text: string;
  className: string;
}

export async function highlight(text: string, language: string): Promise<Token[] | undefined> {
  const found = await support(language);
  if (!found) return undefined;
  if (highlightStyle.module) StyleModule.mount(document, highlightStyle.module);
  const tokens: Token[] = [];
  let from = 0;
  const put = (piece: string, className: string): void => {
    tokens.push({ from, text: piece, className });
    from += piece.length;
  };
  highlightCode(text, found.language.parser.parse(text), highlightStyle, put, () => put('\n', ''));
  return tokens;
}
