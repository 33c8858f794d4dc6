import { expect, test } from 'vitest';
import { duration, formatBytes, formatClock, formatMs, formatRelative, initials } from './format';

const HOUR = 3_600_000;

test('times as the reader says them', () => {
  const now = Date.UTC(2026, 10, 24, 12);
  expect(formatRelative(now - 12 * 60_000, now, 'en')).toBe('12 minutes ago');
  expect(formatRelative(now - 30 * HOUR, now, 'en')).toBe('yesterday');
  expect(formatRelative(now + 3 * HOUR, now, 'fr')).toBe('dans 3 heures');
  expect(formatRelative(now - 400, now, 'en')).toBe('now');
});

test('a moment of the day to the second', () => {
  expect(formatClock(new Date(2026, 0, 2, 3, 4, 5).getTime(), 'en')).toBe('03:04:05');
});

test('milliseconds and bytes are short', () => {
  expect(formatMs(12, 'en')).toBe('12 ms');
  expect(formatMs(1240, 'en')).toBe('1.2 s');
  expect(formatMs(1240, 'fr')).toBe('1,2 s');
  expect(formatBytes(512, 'en')).toBe('512 B');
  expect(formatBytes(67_108_864, 'en')).toBe('64 MiB');
  expect(formatBytes(1_600_000, 'en')).toBe('1.5 MiB');
});

test('initials of any name', () => {
  expect(initials('Ann Archer')).toBe('AA');
  expect(initials('zoë')).toBe('ZO');
  expect(initials('  ')).toBe('?');
  expect(initials('Jean-Luc van der Berg')).toBe('JB');
  expect(initials('😀 x')).toBe('😀X');
});

test('an hour and a half and more is told in half hours', () => {
  expect(duration(45)).toEqual({ unit: 'minutes', count: 45 });
  expect(duration(130)).toEqual({ unit: 'hours', count: 2 });
  expect(duration(100)).toEqual({ unit: 'hours', count: 1.5 });
});
