import { type ReactNode, useEffect, useState } from 'react';
import type { Token } from './highlight';
import { known } from './languages';

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
    // Anything else stays plain and loads nothing.
    if (!language || !known(language)) return;
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
