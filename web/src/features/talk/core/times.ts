// How the times of messages are written. Pure: clock and locale are given.
import { formatRelative } from '@/lib/format';
import { dayOf } from './rows';

export const clock = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  );

/** Of today how long ago; of other days, whose date stands above, the hour. */
export const messageTime = (at: number, now: number, locale: string): string =>
  dayOf(at) === dayOf(now) ? formatRelative(Math.min(at, now), now, locale) : clock(at, locale);

const DAY_MS = 86_400_000;

export type Day = 'today' | 'yesterday' | { date: string };

/** What a date line says. */
export function dayLine(at: number, now: number, locale: string): Day {
  if (dayOf(at) === dayOf(now)) return 'today';
  if (dayOf(at) === dayOf(now - DAY_MS)) return 'yesterday';
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!sameYear && { year: 'numeric' }),
  });
  return { date: format.format(at) };
}
