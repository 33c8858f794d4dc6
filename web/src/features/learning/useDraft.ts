// A draft that saves itself: on the server as `draft.ts` says, on this device until it is acknowledged.
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { api, attempt } from '@/lib/http';
import type { Problem } from '@/lib/problem';
import type { Draft } from '@/lib/shapes';
import {
  type DraftKey,
  dropBackup,
  readBackup,
  restore,
  sameWork,
  type Work,
  workOf,
  writeBackup,
} from './backup';
import { canSave, type DraftState, draft, dueAt, loading } from './draft';

export interface SavedDraft {
  work: Work;
  state: DraftState;
  /** Another place's text, while both are kept. */
  theirs: Draft | undefined;
  refusal: Problem | undefined;
  change: (work: Work) => void;
  saveNow: () => void;
  keepMine: () => void;
  takeTheirs: () => void;
}

/** `server` is what was loaded for this key; mount anew (by `key`) for another one. */
export function useDraft(key: DraftKey, server: Draft, starter: Work): SavedDraft {
  const [first] = useState(() => begin(key, server, starter));
  const [state, dispatch] = useReducer(draft, first.state);
  const [work, setWork] = useState(first.work);
  const [theirs, setTheirs] = useState(first.theirs);
  const [refusal, setRefusal] = useState<Problem>();
  const now = useRef({ state, work });
  now.current = { state, work };

  const save = useCallback(
    async (leaving = false): Promise<void> => {
      const { state: before, work: sent } = now.current;
      if (!canSave(before)) return;
      dispatch({ type: 'sending' });
      now.current.state = { ...before, phase: 'saving' };
      writeBackup(key, { version: before.version, work: sent, sending: sent });
      const result = await attempt(put(key, before.version, sent, leaving));
      const at = Date.now();
      if (result.ok) {
        const { version, saved_at } = result.value;
        // The device's copy goes only when exactly this text is on the server's disk.
        if (sameWork(now.current.work, sent)) dropBackup(key);
        else writeBackup(key, { version, work: now.current.work });
        return dispatch({ type: 'saved', version, savedAt: saved_at, at });
      }
      const { problem } = result;
      if (problem.reason === 'draft_conflict') {
        const other = await load(key);
        if (other) setTheirs(other);
        return dispatch(other ? { type: 'conflict' } : { type: 'failed', at });
      }
      const passing =
        problem.status === 0 ||
        problem.status >= 500 ||
        problem.status === 429 ||
        problem.status === 401;
      setRefusal(problem);
      dispatch(
        passing ? { type: 'failed', at, retryAfterS: problem.retryAfterS } : { type: 'refused' },
      );
    },
    [key],
  );

  useEffect(() => {
    const due = dueAt(state);
    if (due === undefined) return;
    const timer = setTimeout(() => void save(), Math.max(0, due - Date.now()));
    return () => clearTimeout(timer);
  }, [state, save]);
  useSaveOnLeaving(save, dispatch);

  const change = useCallback(
    (next: Work) => {
      const { state: before } = now.current;
      now.current = { ...now.current, work: next };
      setWork(next);
      const kept = readBackup(key);
      writeBackup(key, {
        version: before.version,
        work: next,
        ...(kept?.sending && { sending: kept.sending }),
      });
      dispatch({ type: 'edited', at: Date.now() });
    },
    [key],
  );
  return {
    work,
    state,
    theirs,
    refusal,
    change,
    saveNow: () => void save(),
    keepMine: () => {
      if (!theirs) return;
      writeBackup(key, { version: theirs.version, work });
      dispatch({ type: 'keepMine', version: theirs.version, at: Date.now() });
      setTheirs(undefined);
    },
    takeTheirs: () => {
      if (!theirs) return;
      setWork(workOf(theirs));
      dropBackup(key);
      dispatch({ type: 'takeTheirs', version: theirs.version, savedAt: theirs.saved_at });
      setTheirs(undefined);
    },
  };
}

interface Begun {
  state: DraftState;
  work: Work;
  theirs: Draft | undefined;
}

function begin(key: DraftKey, server: Draft, starter: Work): Begun {
  const found = restore(server, readBackup(key), starter);
  const loaded = draft(loading, {
    type: 'loaded',
    version: server.version,
    savedAt: server.saved_at,
  });
  switch (found.from) {
    case 'conflict': {
      const typed = draft(loaded, { type: 'edited', at: Date.now() });
      return { state: draft(typed, { type: 'conflict' }), work: found.mine, theirs: server };
    }
    case 'device':
      return {
        state: draft(loaded, { type: 'edited', at: Date.now() }),
        work: found.work,
        theirs: undefined,
      };
    default:
      return { state: loaded, work: found.work, theirs: undefined };
  }
}

function useSaveOnLeaving(
  save: (leaving?: boolean) => Promise<void>,
  dispatch: (event: { type: 'online'; at: number }) => void,
): void {
  useEffect(() => {
    const hide = (): void => {
      if (document.visibilityState === 'hidden') void save(true);
    };
    const leave = (): void => void save(true);
    const online = (): void => dispatch({ type: 'online', at: Date.now() });
    document.addEventListener('visibilitychange', hide);
    window.addEventListener('pagehide', leave);
    window.addEventListener('online', online);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('online', online);
      // Another page of the app: the component goes, the request is on its way.
      void save(true);
    };
  }, [save, dispatch]);
}

// A browser lets no more than this go on after the page is left.
const KEEPALIVE_MAX = 60_000;

function put({ componentId, language }: DraftKey, version: number, work: Work, leaving: boolean) {
  const body = { base_version: version, language, ...work };
  return api.PUT('/api/v1/components/{component_id}/draft', {
    params: { path: { component_id: componentId } },
    body,
    keepalive: leaving && JSON.stringify(body).length < KEEPALIVE_MAX,
  });
}

async function load({ componentId, language }: DraftKey): Promise<Draft | undefined> {
  const result = await attempt(
    api.GET('/api/v1/components/{component_id}/draft', {
      params: { path: { component_id: componentId }, query: { language } },
    }),
  );
  return result.ok ? result.value : undefined;
}
