import { expect, test } from 'vitest';
import { type DiffRow, diffRows } from './diff';

const side = (row: DiffRow, which: 'left' | 'right'): string | undefined =>
  row[which]?.map((piece) => (piece.changed ? `[${piece.text}]` : piece.text)).join('');

const shown = (expected: string, got: string): (string | undefined)[][] =>
  diffRows(expected, got).rows.map((row) => [side(row, 'left'), side(row, 'right')]);

test('equal texts differ nowhere, whatever ends their last line', () => {
  expect(diffRows('a\nb\n', 'a\nb').rows.every((row) => row.same)).toBe(true);
  expect(diffRows('a\r\nb', 'a\nb\n').rows.every((row) => row.same)).toBe(true);
});

test('space and case count for nothing, as in the default comparison', () => {
  expect(diffRows('Yes  1\n', 'yes 1 \n').rows.every((row) => row.same)).toBe(true);
});

test('a missing line stands alone and the others keep their partners', () => {
  expect(shown('2\n3\n5\n7\n', '2\n5\n7\n')).toEqual([
    ['2', '2'],
    ['[3]', undefined],
    ['5', '5'],
    ['7', '7'],
  ]);
});

test('within a changed line only what differs is marked', () => {
  expect(shown('total: 12 apples', 'total: 13 apples')).toEqual([
    ['total: 1[2] apples', 'total: 1[3] apples'],
  ]);
});

test('no output at all is every line missing', () => {
  expect(shown('1\n2', '')).toEqual([
    ['[1]', undefined],
    ['[2]', undefined],
  ]);
});

test('very long outputs are cut, and it is said by how much', () => {
  const { rows, cut } = diffRows('1\n'.repeat(1000), '1\n'.repeat(1000));
  expect(rows).toHaveLength(400);
  expect(cut).toBe(600);
});

test('every line of both texts is in exactly one row', () => {
  const line = (seed: number): string => String((seed * 7919) % 5);
  for (let seed = 0; seed < 200; seed += 1) {
    const left = Array.from({ length: seed % 9 }, (_, i) => line(seed + i));
    const right = Array.from({ length: (seed * 3) % 8 }, (_, i) => line(seed * 2 + i));
    const { rows } = diffRows(left.join('\n'), right.join('\n'));
    const texts = (which: 'left' | 'right'): string[] =>
      rows.flatMap((row) => (row[which] ? row[which].map((piece) => piece.text).join('') : []));
    expect(texts('left')).toEqual(left);
    expect(texts('right')).toEqual(right);
    for (const row of rows) if (row.same) expect(side(row, 'left')).toBe(side(row, 'right'));
  }
});
