// The days of this week, Monday first, with what was earned on each. Pure.
import type { PointsEntry } from '@/lib/shapes';

export interface Day {
  at: number;
  points: number;
  today: boolean;
}

export function thisWeek(entries: Pick<PointsEntry, 'amount' | 'created_at'>[], now: Date): Day[] {
  const monday = new Date(
    now.getFullYear(),
    now.getMonth(),
    now.getDate() - ((now.getDay() + 6) % 7),
  );
  return Array.from({ length: 7 }, (_, index) => {
    // By the calendar, not by 24 hours: a day of a clock change is 23 or 25 long.
    const day = (offset: number): number =>
      new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() + offset).getTime();
    const [begin, end] = [day(index), day(index + 1)];
    const points = entries
      .filter(({ amount, created_at }) => amount > 0 && created_at >= begin && created_at < end)
      .reduce((sum, { amount }) => sum + amount, 0);
    return { at: begin, points, today: now.getTime() >= begin && now.getTime() < end };
  });
}
