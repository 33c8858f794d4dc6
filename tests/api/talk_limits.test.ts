// The limits of Beep: how fast one may write, and of how many servers one may be a member.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../lib/client.ts';
import { createChannel, createServer, general, history, join, leave, say } from '../lib/talk.ts';
import { key, World } from '../lib/world.ts';

let world: World;
let ann: Client;
let ben: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--servers.servers_max=3'] });
  [ann, ben] = await Promise.all([world.user('ann'), world.user('ben')]);
});
afterAll(() => world?.stop());

test('CHA-13 the eleventh message in ten seconds is 429 with the wait, in every channel, for its author alone', async () => {
  const server = await createServer(ann, 'Flood');
  const channel = await general(ann, server.id);
  const other = (await createChannel(ann, server.id, 'other')).id;
  await join(ben, server.id);
  const once = key();
  const began = Date.now();
  const first = await ann.post(`/api/v1/channels/${channel}/messages`, { content: 'first' }, once);
  for (let i = 1; i < 10; ++i) await say(ann, channel, String(i));
  const within = Date.now() - began < 10_000; // the machine may be busy: then nothing is refused rightly
  const answer = await ann.post(`/api/v1/channels/${other}/messages`, { content: 'eleventh' }, key());
  if (!within) return expect(answer.status).toBe(201);
  expect([answer.status, answer.body.reason]).toEqual([429, 'slow_down']);
  expect(answer.body.retry_after_ms).toBeGreaterThan(0);
  expect(answer.body.retry_after_ms).toBeLessThanOrEqual(10_000);
  expect(Number(answer.headers.get('retry-after'))).toBe(Math.ceil(answer.body.retry_after_ms / 1000));
  expect(answer.headers.get('ratelimit-policy')).toContain('"slow_down";q=10;w=10');
  expect(answer.headers.get('ratelimit')).toContain(`"slow_down";r=0;t=${answer.headers.get('retry-after')}`);
  // A repeat of what was accepted is no new message; others are not held up.
  expect((await ann.post(`/api/v1/channels/${channel}/messages`, { content: 'first' }, once)).body.id).toBe(first.body.id);
  await say(ben, channel, 'I may');
  expect((await history(ann, other)).messages).toEqual([]);
  // After the wait that it names it goes through.
  await new Promise((resolve) => setTimeout(resolve, answer.body.retry_after_ms));
  await say(ann, other, 'eleventh');
});

test('SRV-07 one is a member of so many servers and no more; leaving one makes room', async () => {
  const [eve, cid] = await Promise.all([world.user('eve'), world.user('cid')]);
  const open = [await createServer(eve, 'A'), await createServer(eve, 'B')];
  for (const name of ['C', 'D']) await createServer(cid, name);
  await join(cid, open[0].id);
  const refused = await cid.post(`/api/v1/servers/${open[1].id}/join`, {});
  expect([refused.status, refused.body.reason]).toEqual([429, 'too_many_servers']);
  expect((await cid.post('/api/v1/servers', { name: 'E', description: '', public: true }, key())).status).toBe(429);
  await leave(cid, open[0].id);
  await join(cid, open[1].id);
  // However many come at once.
  const dan = await world.user('dan');
  const made = await Promise.all(Array.from({ length: 6 }, (_, i) => dan.post('/api/v1/servers', { name: `F${i}`, description: '', public: false }, key())));
  expect(made.filter((answer) => answer.status === 201)).toHaveLength(3);
  expect(made.filter((answer) => answer.status === 429)).toHaveLength(3);
});
