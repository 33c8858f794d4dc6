import { useCallback, useEffect, useState } from 'react';
import { problemOf } from '@/lib/problem';
import type { RunnerState } from '@/lib/shapes';
import { events } from '@/lib/sse';

export interface RunnerView {
  /** The last that was heard; kept while the connection is made again. */
  state?: RunnerState;
  /** Why nothing is heard now. */
  error?: unknown;
  retry: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** What runs, waits and ran, as it changes. The connection is made again whenever it ends. */
export function useRunner(): RunnerView {
  const [state, setState] = useState<RunnerState>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new connection
  useEffect(() => {
    const controller = new AbortController();
    const heard = (next: RunnerState): void => {
      setState(next);
      setError(undefined);
    };
    void follow(controller.signal, heard, setError);
    return () => controller.abort();
  }, [round]);
  const retry = useCallback(() => setRound((before) => before + 1), []);
  return { ...(state && { state }), ...(error !== undefined && { error }), retry };
}

async function follow(
  signal: AbortSignal,
  heard: (state: RunnerState) => void,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      for await (const { event, data } of events('/api/v1/admin/runner', { signal })) {
        if (event !== 'state') continue;
        heard(JSON.parse(data));
        wait = FIRST_WAIT;
      }
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
      const { status } = problemOf(error);
      if (status >= 400 && status < 500 && status !== 429) return; // asking again changes nothing
    }
    await pause(wait, signal);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
