// What is typed and not sent, for each channel, on this device: over a reload, and over signing out.
import { forget, keep, recall } from '@/lib/storage';

/** Of one person: two may share a browser. */
const place = (userId: string, channelId: string): string => `talk.draft.${userId}.${channelId}`;

export const draftOf = (userId: string, channelId: string): string =>
  recall<string>(place(userId, channelId)) ?? '';

export function keepDraft(userId: string, channelId: string, text: string): void {
  if (text.trim() === '') forget(place(userId, channelId));
  else keep(place(userId, channelId), text);
}

const outboxPlace = (userId: string): string => `talk.outbox.${userId}`;

export const keptOutbox = <T>(userId: string): T[] => recall<T[]>(outboxPlace(userId)) ?? [];

export function keepOutbox(userId: string, outbox: readonly unknown[]): void {
  if (outbox.length === 0) forget(outboxPlace(userId));
  else keep(outboxPlace(userId), outbox);
}

const lastPlace = (userId: string): string => `talk.last.${userId}`;

interface LastPlaces {
  server?: string;
  /** Server id → the channel that was open there. */
  channels: Record<string, string>;
}

export const lastPlaces = (userId: string): LastPlaces =>
  recall<LastPlaces>(lastPlace(userId)) ?? { channels: {} };

export function keepPlace(userId: string, serverId: string, channelId: string): void {
  const { channels } = lastPlaces(userId);
  keep(lastPlace(userId), { server: serverId, channels: { ...channels, [serverId]: channelId } });
}
