// The one place that holds Talk's state, outside React: events come whether or not a page shows them.
import { useRef, useSyncExternalStore } from 'react';
import { type Action, empty, reduce, type TalkState } from './core/state';

export class Store {
  #state: TalkState = empty;
  readonly #listeners = new Set<() => void>();

  get state(): TalkState {
    return this.#state;
  }

  dispatch = (action: Action): void => {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export const store = new Store();

/** A part of the state. `same` is for parts that are made anew each time. */
export function useTalk<T>(
  select: (state: TalkState) => T,
  same: (a: T, b: T) => boolean = Object.is,
): T {
  const last = useRef<{ value: T }>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const value = select(store.state);
    if (last.current && same(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  });
}
