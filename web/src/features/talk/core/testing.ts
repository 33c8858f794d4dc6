// What the tests of Talk share: people, messages, and numbers that are random and yet the same each time.
import type { Channel, Message, Server } from './shapes';

export const ann = { id: '7', nickname: 'Ann' };
export const bob = { id: '8', nickname: 'Bob' };

// Ids as large as real ones: their last digits are lost in a number.
const BASE = 700_000_000_000_000_000n;
export const id = (n: number): string => String(BASE + BigInt(n));

export const message = (seq: number, more: Partial<Message> = {}): Message => ({
  id: id(seq),
  channel_id: 'c',
  author: bob,
  content: `message ${seq}`,
  seq,
  version: 1,
  created_at: 1_790_000_000_000 + seq * 1000,
  ...more,
});

export const server = (serverId: string, more: Partial<Server> = {}): Server => ({
  id: serverId,
  name: `Server ${serverId}`,
  description: '',
  public: true,
  owner_id: '8',
  member_count: 2,
  member: true,
  created_at: 0,
  permissions: 2048 + 1024 + 65536,
  ...more,
});

export const channel = (channelId: string, more: Partial<Channel> = {}): Channel => ({
  id: channelId,
  server_id: 's',
  type: 'text',
  name: `channel-${channelId}`,
  topic: '',
  position: 0,
  permissions: 2048 + 1024 + 65536,
  created_at: 0,
  ...more,
});

/** Mulberry32: 0 ≤ x < 1. */
export function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const below = (random: () => number, n: number): number => Math.floor(random() * n);

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
