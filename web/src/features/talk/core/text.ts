// The text of a message, as it is counted and sent. Pure.

/** Of one message, in characters. */
export const LIMIT = 2000;

/** Characters, not UTF-16 units: an emoji outside the first plane is one. */
export const lengthOf = (text: string): number => [...text].length;

/** Empty lines around it go; the first line's indentation may be code. */
export const outgoingText = (text: string): string =>
  text.replace(/^(\s*\n)+/, '').replace(/\s+$/, '');

/** In one line, cut: for a dialog and for a screen reader. */
export function excerpt(text: string, limit = 120): string {
  const line = [...text.replace(/\s+/g, ' ').trim()];
  return line.length <= limit ? line.join('') : `${line.slice(0, limit - 1).join('')}…`;
}
