// Runs something and keeps what arrives. One at a time: a new start ends the one before.
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { idle, type Judging, judge } from './judge';
import { problemOf } from './problem';
import type { JudgeEvent, Submission } from './shapes';
import { events, type StreamRequest } from './sse';

export interface Judge {
  judging: Judging;
  busy: boolean;
  /** Starts a stream; `ask` may first do something that gives its address. */
  start: (
    kind: Judging['kind'],
    awaited: number,
    ask: (signal: AbortSignal) => Promise<Stream>,
  ) => Promise<Judging>;
  show: (submission: Submission) => void;
  stop: () => void;
}

export interface Stream extends StreamRequest {
  path: string;
  /** A GET that lost its connection may be taken up again: it repeats what it had said. */
  again?: boolean;
}

const RETRIES = 5;

export function useJudge(): Judge {
  const [judging, dispatch] = useReducer(judge, idle);
  const running = useRef<AbortController>(null);
  const state = useRef(judging);
  state.current = judging;

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
  }, []);
  useEffect(() => stop, [stop]);

  const start: Judge['start'] = useCallback(
    async (kind, awaited, ask) => {
      stop();
      const controller = new AbortController();
      running.current = controller;
      let local: Judging = judge(idle, { type: 'start', kind, awaited });
      dispatch({ type: 'start', kind, awaited });
      try {
        const stream = await ask(controller.signal);
        for await (const event of follow(stream, controller.signal)) {
          if (controller.signal.aborted) return local;
          local = judge(local, { type: 'event', event });
          dispatch({ type: 'event', event });
        }
        if (local.phase !== 'done') throw new TypeError('the stream ended early');
      } catch (error) {
        if (controller.signal.aborted) return local;
        local = judge(local, { type: 'failed', problem: problemOf(error) });
        dispatch({ type: 'failed', problem: problemOf(error) });
      }
      return local;
    },
    [stop],
  );
  const show = useCallback(
    (submission: Submission) => {
      stop();
      dispatch({ type: 'show', submission });
    },
    [stop],
  );
  return { judging, busy: judging.phase === 'running', start, show, stop };
}

async function* follow(stream: Stream, signal: AbortSignal): AsyncGenerator<JudgeEvent> {
  const { path, again = false, ...request } = stream;
  for (let tries = 0; ; tries += 1) {
    try {
      for await (const { event, data } of events(path, { ...request, signal })) {
        if (event !== 'compile' && event !== 'result' && event !== 'done') continue;
        yield { event, data: JSON.parse(data) } as JudgeEvent;
        if (event === 'done') return;
        tries = 0;
      }
    } catch (error) {
      if (!(error instanceof TypeError) || signal.aborted) throw error;
    }
    if (!again || tries >= RETRIES) throw new TypeError('the stream ended early');
    await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** tries));
  }
}
