// Messages on their way: shown at once, sent one after another in each channel. Pure; `sending.ts` does it.
import type { Problem } from '@/lib/problem';

export interface Outgoing {
  nonce: string;
  /** One for all attempts, so that a message that arrived without our knowing is not sent twice. */
  key: string;
  channelId: string;
  content: string;
  createdAt: number;
  /** waiting: goes out by itself, when there is a connection or at `notBefore`. */
  state: 'sending' | 'waiting' | 'failed';
  notBefore?: number;
  problem?: Problem;
}

export type Outbox = readonly Outgoing[];

export const ofChannel = (outbox: Outbox, channelId: string): Outgoing[] =>
  outbox.filter((each) => each.channelId === channelId);

/** The next one of each channel: they go one after another. A failed one holds up nobody. */
function heads(outbox: Outbox): Outgoing[] {
  const first = new Map<string, Outgoing>();
  for (const each of outbox)
    if (each.state !== 'failed' && !first.has(each.channelId)) first.set(each.channelId, each);
  return [...first.values()].filter((each) => each.state === 'waiting');
}

/** Those that may go now. `online`: the connection has just come, so that what waits for it goes at once. */
export const ready = (outbox: Outbox, now: number, online = false): Outgoing[] =>
  heads(outbox).filter(
    (each) => (each.notBefore ?? 0) <= now || (online && each.problem?.reason === 'offline'),
  );

/** When `ready` is worth asking again; undefined: not by itself. */
export function nextTime(outbox: Outbox): number | undefined {
  const times = heads(outbox).flatMap((each) => each.notBefore ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

export function change(outbox: Outbox, nonce: string, what: Partial<Outgoing>): Outbox {
  return outbox.map((each) => {
    if (each.nonce !== nonce) return each;
    const { notBefore: _, problem: __, ...rest } = each;
    return { ...rest, ...what };
  });
}

const OFFLINE_PAUSE_S = 5;

/** What an attempt's problem means: it goes by itself later, or somebody must decide. */
export function refused(outbox: Outbox, nonce: string, problem: Problem, now: number): Outbox {
  const offline = problem.reason === 'offline' ? OFFLINE_PAUSE_S : undefined;
  const pauseS = problem.status === 429 ? (problem.retryAfterS ?? 1) : offline;
  if (pauseS === undefined) return change(outbox, nonce, { state: 'failed', problem });
  return change(outbox, nonce, { state: 'waiting', notBefore: now + pauseS * 1000, problem });
}

/** As found after a reload: nobody knows how far it came, and its key makes asking again safe. */
export const afterReload = (outbox: Outbox): Outbox =>
  outbox.map((each) => (each.state === 'sending' ? { ...each, state: 'waiting' } : each));
