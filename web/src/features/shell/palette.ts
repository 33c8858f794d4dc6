// What Ctrl-K finds, and in which order. Pure.

export interface Entry {
  id: string;
  label: string;
  /** What kind of thing it is, said at the right. */
  kind: string;
  /** Other words by which it is found. */
  words?: string;
  run: () => void;
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();

/** Every word of the query must begin, or else be in, the entry's words. 0: it does not match. */
export function score(entry: Pick<Entry, 'label' | 'words'>, query: string): number {
  const label = plain(entry.label);
  const all = `${label} ${plain(entry.words ?? '')}`;
  let total = 1;
  for (const word of plain(query).split(/\s+/).filter(Boolean)) {
    if (label.startsWith(word)) total += 8;
    else if (label.includes(` ${word}`)) total += 5;
    else if (label.includes(word)) total += 3;
    else if (all.includes(word)) total += 1;
    else return 0;
  }
  return total;
}

export function find(entries: Entry[], query: string, limit = 12): Entry[] {
  return entries
    .map((entry, order) => ({ entry, order, score: score(entry, query) }))
    .filter((each) => each.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, limit)
    .map((each) => each.entry);
}
