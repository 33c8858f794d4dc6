import { expect, test } from 'vitest';
import { rows } from './rows';
import { ann, id, message } from './testing';
import { excerpt, LIMIT, lengthOf, outgoingText } from './text';
import { clock, dayLine, messageTime } from './times';

const at = (hour: number, minute: number, second = 0, day = 20): number =>
  new Date(2026, 10, day, hour, minute, second).getTime();
const said = (seq: number, created_at: number, more = {}) => message(seq, { created_at, ...more });
const base = { outgoing: [], userId: ann.id, mark: '999999999999999999', sentAs: new Map() };

test('messages of one author in one minute stand together', () => {
  const list = rows({
    ...base,
    messages: [
      said(1, at(10, 5, 1)),
      said(2, at(10, 5, 59)),
      said(3, at(10, 6, 0)),
      said(4, at(10, 6, 1), { author: ann }),
      said(5, at(10, 6, 2)),
    ],
  });
  expect(list.map((row) => row.first)).toEqual([true, false, true, true, true]);
});

test('each day has its line, also when the same minute of another day follows', () => {
  const list = rows({
    ...base,
    messages: [said(1, at(10, 5)), said(2, at(23, 59)), said(3, at(0, 0, 0, 21))],
  });
  expect(list.map((row) => row.day)).toEqual([true, false, true]);
  expect(list[2]?.first).toBe(true);
});

test('the "new" line stands above the first message of others after the mark, and begins a group', () => {
  const messages = [
    said(1, at(10, 5, 1)),
    said(2, at(10, 5, 2), { author: ann }),
    said(3, at(10, 5, 3)),
    said(4, at(10, 5, 4)),
  ];
  const news = (mark: string) =>
    rows({ ...base, messages, mark }).flatMap((row) => (row.isNew ? row.key : []));
  expect(news(id(1))).toEqual([id(3)]);
  expect(news(id(3))).toEqual([id(4)]);
  expect(news(id(4))).toEqual([]);
  expect(news('0')).toEqual([id(1)]);
  expect(rows({ ...base, messages, mark: id(3) })[3]?.first).toBe(true);
});

test('a message keeps its key when it has arrived, so that its row stays the same', () => {
  const outgoing = {
    nonce: 'n',
    key: 'k',
    channelId: 'c',
    content: 'x',
    createdAt: at(10, 5),
    state: 'sending' as const,
  };
  const before = rows({ ...base, messages: [], outgoing: [outgoing] });
  const own = said(1, at(10, 5), { author: ann });
  const after = rows({ ...base, messages: [own], sentAs: new Map([[own.id, 'n']]) });
  expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key));
});

test('times: how long ago for today, the hour for other days', () => {
  const now = at(12, 0);
  expect(messageTime(at(11, 48), now, 'en')).toBe('12 minutes ago');
  expect(messageTime(at(12, 0, 30), now, 'en')).toBe('now'); // a clock that is ahead
  expect(messageTime(at(9, 5, 0, 19), now, 'en')).toBe('09:05');
  expect(clock(at(17, 3), 'fr')).toBe('17:03');
});

test('date lines: today, yesterday, the date, and the year where it is another', () => {
  const now = at(12, 0);
  expect(dayLine(at(0, 1), now, 'en')).toBe('today');
  expect(dayLine(at(23, 59, 0, 19), now, 'en')).toBe('yesterday');
  expect(dayLine(at(8, 0, 0, 12), now, 'fr')).toEqual({ date: 'jeudi 12 novembre' });
  expect(dayLine(new Date(2025, 0, 2).getTime(), now, 'en')).toEqual({
    date: 'Thursday, January 2, 2025',
  });
});

test('a message is sent without the empty lines around it, its indentation stays', () => {
  expect(outgoingText('\n  \n    code()\n  more\n \n')).toBe('    code()\n  more');
  expect(outgoingText(' \n\t ')).toBe('');
});

test('characters are counted as people count them', () => {
  expect(lengthOf('😀'.repeat(LIMIT))).toBe(LIMIT);
  expect(excerpt('a\n  b   c')).toBe('a b c');
  expect(excerpt('😀😀😀', 2)).toBe('😀…');
});
