// When a draft is saved, and what is known of it. Pure: the hook `useDraft` does what this says.
//
// Saved 3 s after the last key, at least every 15 s while one types, and at once on blur. What the server
// has not acknowledged stays on this device. A draft that changed elsewhere is never written over.

export const AFTER_LAST_KEY_MS = 3_000;
export const AT_LEAST_EVERY_MS = 15_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

export interface DraftState {
  phase: 'loading' | 'clean' | 'dirty' | 'saving' | 'offline' | 'refused' | 'conflict';
  /** What the server has acknowledged; the base of the next save. */
  version: number;
  savedAt: number;
  /** Counts edits, so that what was typed during a save is known to be unsaved. */
  revision: number;
  sentRevision: number;
  changedAt: number;
  dirtySince: number;
  failures: number;
  retryAt: number;
}

export type DraftEvent =
  | { type: 'loaded'; version: number; savedAt: number }
  | { type: 'edited'; at: number }
  | { type: 'sending' }
  | { type: 'saved'; version: number; savedAt: number; at: number }
  | { type: 'failed'; at: number; retryAfterS?: number | undefined }
  | { type: 'refused' }
  | { type: 'conflict' }
  | { type: 'online'; at: number }
  /** Mine goes on top of the other's version. */
  | { type: 'keepMine'; version: number; at: number }
  /** The other's text is in the editor now. */
  | { type: 'takeTheirs'; version: number; savedAt: number };

export const loading: DraftState = {
  phase: 'loading',
  version: 0,
  savedAt: 0,
  revision: 0,
  sentRevision: 0,
  changedAt: 0,
  dirtySince: 0,
  failures: 0,
  retryAt: 0,
};

export function draft(state: DraftState, event: DraftEvent): DraftState {
  switch (event.type) {
    case 'loaded':
    case 'takeTheirs':
      return {
        ...loading,
        phase: 'clean',
        version: event.version,
        savedAt: event.savedAt,
        revision: state.revision,
        sentRevision: state.revision,
      };
    case 'edited':
      return edited(state, event.at);
    case 'sending':
      return { ...state, phase: 'saving', sentRevision: state.revision };
    case 'saved':
      return saved(state, event);
    case 'failed':
      return failed(state, event);
    case 'refused':
      return { ...state, phase: 'refused' };
    case 'conflict':
      return { ...state, phase: 'conflict' };
    case 'online':
      return state.phase === 'offline' ? { ...state, failures: 0, retryAt: event.at } : state;
    case 'keepMine':
      return {
        ...state,
        phase: 'dirty',
        version: event.version,
        changedAt: event.at,
        dirtySince: event.at,
      };
  }
}

function edited(state: DraftState, at: number): DraftState {
  const next = { ...state, revision: state.revision + 1, changedAt: at };
  if (state.phase === 'clean' || state.phase === 'refused')
    return { ...next, phase: 'dirty', dirtySince: at };
  return next;
}

function saved(
  state: DraftState,
  { version, savedAt, at }: { version: number; savedAt: number; at: number },
): DraftState {
  const unsaved = state.revision > state.sentRevision;
  return {
    ...state,
    version,
    savedAt,
    failures: 0,
    phase: unsaved ? 'dirty' : 'clean',
    dirtySince: unsaved ? at : 0,
  };
}

function failed(
  state: DraftState,
  { at, retryAfterS }: { at: number; retryAfterS?: number | undefined },
): DraftState {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** state.failures, LAST_RETRY_MS);
  return {
    ...state,
    phase: 'offline',
    failures: state.failures + 1,
    retryAt: at + Math.max(wait, (retryAfterS ?? 0) * 1000),
  };
}

/** When to save next; undefined: not before something happens. */
export function dueAt(state: DraftState): number | undefined {
  if (state.phase === 'dirty')
    return Math.min(state.changedAt + AFTER_LAST_KEY_MS, state.dirtySince + AT_LEAST_EVERY_MS);
  return state.phase === 'offline' ? state.retryAt : undefined;
}

/** May a save begin now, due or not (blur, page left)? */
export const canSave = ({ phase }: DraftState): boolean => phase === 'dirty' || phase === 'offline';

/** Is there text that the server has not acknowledged? */
export const isUnsaved = ({ phase }: DraftState): boolean =>
  phase !== 'loading' && phase !== 'clean';
