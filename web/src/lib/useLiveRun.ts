// A live run for as long as something draws it.
import { useEffect, useRef, useState } from 'react';
import { api, attempt } from './http';
import { LiveRun, type LiveSocket, type LiveState, notBegun } from './liveRun';
import type { Problem } from './problem';

const url = (): string => `${location.origin.replace(/^http/, 'ws')}/api/v1/runs/live`;

export function useLiveRun(onOutput: (output: string | Uint8Array) => void): {
  live: LiveRun;
  state: LiveState;
} {
  const [state, setState] = useState(notBegun);
  const output = useRef(onOutput);
  output.current = onOutput;
  const [live] = useState(
    () =>
      new LiveRun({
        connect: () => new WebSocket(url()) as LiveSocket,
        onChange: setState,
        onOutput: (text) => output.current(text),
        whyRefused,
      }),
  );
  useEffect(() => {
    const lost = (): void => live.lostNetwork();
    window.addEventListener('offline', lost);
    return () => {
      window.removeEventListener('offline', lost);
      live.leave();
    };
  }, [live]);
  return { live, state };
}

/** Signed out, or out of reach; else what is left: too often, or a server that has no live runs. */
async function whyRefused(): Promise<Problem> {
  const me = await attempt(api.GET('/api/v1/me'));
  return me.ok ? { status: 0, reason: 'console_refused', message: '' } : me.problem;
}
