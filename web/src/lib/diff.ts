// Two texts side by side: which lines belong together, and what differs within a line. Pure.

export interface Piece {
  text: string;
  changed: boolean;
}

export interface DiffRow {
  left: Piece[] | undefined;
  right: Piece[] | undefined;
  same: boolean;
}

export interface Diff {
  rows: DiffRow[];
  /** Lines that are not shown because there are too many. */
  cut: number;
}

const MAX_LINES = 400;

const linesOf = (text: string): string[] => {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** `same` decides whether two lines are equal; by default space at the end and between counts for nothing. */
export function diffRows(expected: string, got: string, same = sameTokens): Diff {
  const left = linesOf(expected);
  const right = linesOf(got);
  const cut = Math.max(left.length, right.length) - MAX_LINES;
  const rows = align(left.slice(0, MAX_LINES), right.slice(0, MAX_LINES), same);
  return { rows, cut: Math.max(0, cut) };
}

const sameTokens = (a: string, b: string): boolean =>
  a.trim().split(/\s+/).join(' ').toLowerCase() === b.trim().split(/\s+/).join(' ').toLowerCase();

type Same = (a: string, b: string) => boolean;

/** Longest common subsequence of lines; what lies between two common lines is paired in order. */
function align(left: string[], right: string[], same: Same): DiffRow[] {
  const rows: DiffRow[] = [];
  let i = 0;
  let j = 0;
  for (const [a, b] of [...common(left, right, same), [left.length, right.length] as const]) {
    rows.push(...pairUp(left.slice(i, a), right.slice(j, b)));
    const [mine, theirs] = [left[a], right[b]];
    if (mine !== undefined && theirs !== undefined)
      rows.push({ left: [plain(mine)], right: [plain(theirs)], same: true });
    i = a + 1;
    j = b + 1;
  }
  return rows;
}

function common(left: string[], right: string[], same: Same): [number, number][] {
  const width = right.length + 1;
  const length = new Uint16Array((left.length + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1)
      length[i * width + j] = same(left[i] ?? '', right[j] ?? '')
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (same(left[i] ?? '', right[j] ?? '')) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function pairUp(left: string[], right: string[]): DiffRow[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [mine, theirs] = [left[index], right[index]];
    if (mine === undefined || theirs === undefined)
      return {
        left: mine === undefined ? undefined : [all(mine)],
        right: theirs === undefined ? undefined : [all(theirs)],
        same: false,
      };
    const [a, b] = within(mine, theirs);
    return { left: a, right: b, same: false };
  });
}

const plain = (text: string): Piece => ({ text, changed: false });
const all = (text: string): Piece => ({ text, changed: true });

/** What is between the common beginning and the common end. */
function within(a: string, b: string): [Piece[], Piece[]] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail))
    tail += 1;
  const cut = (text: string): Piece[] =>
    [
      plain(text.slice(0, head)),
      all(text.slice(head, text.length - tail)),
      plain(text.slice(text.length - tail)),
    ].filter((piece) => piece.text !== '');
  return [cut(a), cut(b)];
}
