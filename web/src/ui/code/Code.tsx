import { type ReactNode, useEffect, useState } from 'react';
import type { Token } from './highlight';

// Languages whose grammar is there; anything else stays plain and loads nothing.
const KNOWN = /^(c|cpp|c\+\+|python|py|javascript|js|java|bash|sh)$/;

/** Code to be read: coloured once its grammar is there. */
export function Code({
  text,
  language,
}: {
  text: string;
  language: string | undefined;
}): ReactNode {
  const [tokens, setTokens] = useState<Token[]>();
  useEffect(() => {
    if (!language || !KNOWN.test(language)) return;
    let gone = false;
    void import('./highlight').then(async ({ highlight }) => {
      const found = await highlight(text, language);
      if (!gone) setTokens(found);
    });
    return () => {
      gone = true;
    };
  }, [text, language]);
  if (!tokens) return <code>{text}</code>;
  return (
    <code>
      {tokens.map(({ from, text: piece, className }) => (
        <span key={from} className={className}>
          {piece}
        </span>
      ))}
    </code>
  );
}
