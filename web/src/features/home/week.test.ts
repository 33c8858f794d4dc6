import { expect, test } from 'vitest';
import { thisWeek } from './week';

test('a week begins on Monday and counts gains on their day', () => {
  const wednesday = new Date(2026, 10, 25, 15);
  const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();
  const days = thisWeek(
    [
      { amount: 20, created_at: at(25, 9) },
      { amount: 5, created_at: at(23, 0) },
      { amount: -50, created_at: at(24, 12) },
      { amount: 99, created_at: at(22, 23) },
    ],
    wednesday,
  );
  expect(days.map((day) => day.points)).toEqual([5, 0, 20, 0, 0, 0, 0]);
  expect(days.findIndex((day) => day.today)).toBe(2);
});

test('on a Sunday the week is the one that ends', () => {
  expect(thisWeek([], new Date(2026, 10, 29, 12)).findIndex((day) => day.today)).toBe(6);
});
