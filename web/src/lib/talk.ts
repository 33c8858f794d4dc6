// What the shell knows of Talk, whose code is loaded after the first page: is something unread, where can
// one go. The talk feature writes it.
import { useEffect, useSyncExternalStore } from 'react';

export interface TalkPlace {
  serverId: string;
  /** None: the server itself. */
  channelId?: string;
  label: string;
  server: string;
}

export interface TalkSummary {
  unread: boolean;
  places: TalkPlace[];
}

let summary: TalkSummary = { unread: false, places: [] };
const listeners = new Set<() => void>();

export function publishTalk(next: TalkSummary): void {
  summary = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useTalkSummary = (): TalkSummary => useSyncExternalStore(subscribe, () => summary);

interface TalkModule {
  goLive: (userId: string) => void;
}

let load: (() => Promise<TalkModule>) | undefined;

/** routes.tsx says where the live connection is; nothing else in the first load knows it. */
export function talkComesFrom(loader: () => Promise<TalkModule>): void {
  load = loader;
}

// The first page comes first.
const LATER_MS = 2000;

/** Whoever is signed in hears of new messages on every page. */
export function useTalkInBackground(userId: string | undefined): void {
  useEffect(() => {
    if (!userId || !load) return;
    const start = load;
    const timer = setTimeout(() => {
      // Offline it cannot be had; opening Talk tries again.
      void start().then(
        (talk) => talk.goLive(userId),
        () => {},
      );
    }, LATER_MS);
    return () => clearTimeout(timer);
  }, [userId]);
}
