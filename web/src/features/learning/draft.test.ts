import { expect, test } from 'vitest';
import {
  AFTER_LAST_KEY_MS,
  AT_LEAST_EVERY_MS,
  canSave,
  type DraftEvent,
  type DraftState,
  draft,
  dueAt,
  isUnsaved,
  loading,
} from './draft';

const play = (...events: DraftEvent[]): DraftState => events.reduce(draft, loading);
const loaded: DraftEvent = { type: 'loaded', version: 4, savedAt: 100 };

test('it is saved three seconds after the last key', () => {
  const state = play(loaded, { type: 'edited', at: 1000 }, { type: 'edited', at: 2500 });
  expect(dueAt(state)).toBe(2500 + AFTER_LAST_KEY_MS);
});

test('somebody who never pauses is saved every fifteen seconds', () => {
  let state = play(loaded);
  for (let at = 0; at <= 14_000; at += 1000) state = draft(state, { type: 'edited', at });
  expect(dueAt(state)).toBe(AT_LEAST_EVERY_MS);
});

test('nothing is due when nothing was typed, while a save is on its way, or in a conflict', () => {
  expect(dueAt(play(loaded))).toBeUndefined();
  expect(dueAt(play(loaded, { type: 'edited', at: 1 }, { type: 'sending' }))).toBeUndefined();
  expect(
    dueAt(play(loaded, { type: 'edited', at: 1 }, { type: 'sending' }, { type: 'conflict' })),
  ).toBeUndefined();
});

test('what was typed during a save is still to be saved', () => {
  const state = play(
    loaded,
    { type: 'edited', at: 1 },
    { type: 'sending' },
    { type: 'edited', at: 5000 },
    { type: 'saved', version: 5, savedAt: 5500, at: 5600 },
  );
  expect(state).toMatchObject({ phase: 'dirty', version: 5, savedAt: 5500 });
  expect(dueAt(state)).toBe(5000 + AFTER_LAST_KEY_MS);
});

test('a save that has everything leaves it clean', () => {
  const state = play(
    loaded,
    { type: 'edited', at: 1 },
    { type: 'sending' },
    { type: 'saved', version: 5, savedAt: 9, at: 9 },
  );
  expect(state).toMatchObject({ phase: 'clean', version: 5 });
  expect(isUnsaved(state)).toBe(false);
});

test('without a server it is tried again, ever less often, and at once when the network is back', () => {
  let state = play(loaded, { type: 'edited', at: 0 });
  const waits: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    state = draft(draft(state, { type: 'sending' }), { type: 'failed', at: 0 });
    waits.push(dueAt(state) ?? -1);
  }
  expect(waits).toEqual([2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  expect(dueAt(draft(state, { type: 'online', at: 77 }))).toBe(77);
  expect(isUnsaved(state)).toBe(true);
});

test('the server may ask for more patience', () => {
  const state = play(
    loaded,
    { type: 'edited', at: 0 },
    { type: 'sending' },
    { type: 'failed', at: 0, retryAfterS: 60 },
  );
  expect(dueAt(state)).toBe(60_000);
});

test('typing while offline neither hurries nor forgets', () => {
  const offline = play(
    loaded,
    { type: 'edited', at: 0 },
    { type: 'sending' },
    { type: 'failed', at: 0 },
  );
  const typed = draft(offline, { type: 'edited', at: 500 });
  expect(typed.phase).toBe('offline');
  expect(dueAt(typed)).toBe(2000);
  expect(canSave(typed)).toBe(true);
});

test('a conflict waits for a choice: mine on top of theirs, or theirs', () => {
  const conflict = play(
    loaded,
    { type: 'edited', at: 1 },
    { type: 'sending' },
    { type: 'conflict' },
  );
  expect(canSave(conflict)).toBe(false);
  expect(draft(conflict, { type: 'edited', at: 9 }).phase).toBe('conflict');
  expect(draft(conflict, { type: 'keepMine', version: 8, at: 50 })).toMatchObject({
    phase: 'dirty',
    version: 8,
  });
  expect(draft(conflict, { type: 'takeTheirs', version: 8, savedAt: 40 })).toMatchObject({
    phase: 'clean',
    version: 8,
    savedAt: 40,
  });
});

test('a refusal is not repeated until something changes', () => {
  const refused = play(loaded, { type: 'edited', at: 1 }, { type: 'sending' }, { type: 'refused' });
  expect(dueAt(refused)).toBeUndefined();
  expect(draft(refused, { type: 'edited', at: 10 }).phase).toBe('dirty');
});

test('whatever happens in whatever order, an edit that was not acknowledged is never called saved', () => {
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  for (let round = 0; round < 500; round += 1) {
    let state = play(loaded);
    let typed = 0;
    let inFlight: number | undefined;
    let onServer = 0;
    for (let at = 0; at < 40; at += 1) {
      const what = random(4);
      if (what === 0) {
        typed += 1;
        state = draft(state, { type: 'edited', at });
      } else if (what === 1 && canSave(state)) {
        inFlight = typed;
        state = draft(state, { type: 'sending' });
      } else if (inFlight !== undefined && what === 2) {
        onServer = inFlight;
        inFlight = undefined;
        state = draft(state, { type: 'saved', version: state.version + 1, savedAt: at, at });
      } else if (inFlight !== undefined && what === 3) {
        inFlight = undefined;
        state = draft(state, { type: 'failed', at });
      }
      if (typed !== onServer) expect(isUnsaved(state)).toBe(true);
    }
  }
});
