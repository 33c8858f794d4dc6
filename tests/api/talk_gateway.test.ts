// A session of the gateway from its beginning to its end: READY, resuming, signing out.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client } from '../lib/client.ts';
import { bearer, Gateway } from '../lib/gateway.ts';
import type { Json } from '../lib/socket.ts';
import { createChannel, createServer, done, general, join, markRead, mine, say } from '../lib/talk.ts';
import { password, World } from '../lib/world.ts';

let world: World;
let ann: Client;
let ben: Client;
let eve: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--messages.throttle_count=0', '--realtime.check_ms=200'] });
  [ann, ben, eve] = await Promise.all([world.user('ann'), world.user('ben'), world.user('eve')]);
});
afterAll(() => world?.stop());

const connect = (client: Client) => Gateway.connect(client.url, bearer(client));

test('CHA-14 READY has everything that one may see, and read marks go to all of one\'s own', async () => {
  const server = await createServer(eve, 'Ready', false, 'for READY');
  const channel = await general(eve, server.id);
  await createChannel(eve, server.id, 'second');
  const first = await say(eve, channel, 'one');
  const last = await say(eve, channel, 'two');
  await markRead(eve, channel, first.id);
  const [a, b] = await Promise.all([connect(eve), connect(eve)]);
  const ready = a.events[0]?.d;
  expect(ready.user.id).toBe(server.owner_id);
  expect(ready.servers.map((one: Json) => one.server)).toEqual(await mine(eve));
  const one = ready.servers.find((found: Json) => found.server.id === server.id);
  const listed = done(await eve.get(`/api/v1/servers/${server.id}/channels`)).channels;
  expect(one.channels[0]).toEqual({ ...listed[0], last_message_id: last.id, last_seq: 2, last_read_id: first.id });
  expect(one.channels[1]).toEqual({ ...listed[1], last_message_id: '0', last_seq: 0, last_read_id: '0' });
  await markRead(eve, channel, last.id);
  for (const session of [a, b])
    expect((await session.event('CHANNEL_READ')).d).toEqual({ channel_id: channel, last_message_id: last.id, last_seq: 2, last_read_id: last.id });
  expect((await markRead(eve, channel, first.id)).last_read_id).toBe(last.id);
  await Promise.all([a.close(), b.close()]);
});

test('CHA-14 a dropped connection resumes with nothing missed and nothing twice', async () => {
  const server = await createServer(ann, 'Tunnel');
  const channel = await general(ann, server.id);
  await join(ben, server.id);
  let b = await connect(ben);
  const heard: string[] = [];
  for (let round = 0; round < 3; ++round) {
    const place = await b.cut();
    for (let i = 0; i < 20; ++i) await say(ann, channel, `${round}.${i}`);
    b = await Gateway.open(ben.url, bearer(ben));
    expect(await b.resume(place)).toBe(true);
    await b.event('MESSAGE_CREATE', (d) => d.content === `${round}.19`);
    heard.push(...b.events.filter((event) => event.t === 'MESSAGE_CREATE').map((event) => event.d.content));
    expect(b.wrong).toEqual([]);
  }
  expect(heard).toEqual([0, 1, 2].flatMap((round) => [...Array(20).keys()].map((i) => `${round}.${i}`)));
  await b.close();
});

test('CHA-14 ID-04 signing out and revoking a token end the connections at once, with 4004', async () => {
  await world.account('max');
  const browser = new Session(world.server.url);
  await browser.signIn('max@example.org', password);
  const page = await Gateway.connect(browser.url, { cookie: `__Host-ly_app=${browser.cookie('__Host-ly_app')}`, origin: browser.url });
  const token = await world.token('max', 'talk');
  const program = await connect(token);
  await browser.json('POST', '/auth/logout');
  expect((await page.ended()).code).toBe(4004);
  await program.heartbeat();
  const profile = await world.token('max', 'profile');
  const { tokens } = done(await profile.get('/api/v1/tokens'));
  const its = tokens.find((one: Json) => one.scopes.includes('talk'));
  done(await profile.delete(`/api/v1/tokens/${its.id}`));
  expect((await program.ended()).code).toBe(4004);
  await expect(connect(token)).rejects.toMatchObject({ status: 401 });
});

test('CHA-14 ID-04 a token that runs out loses its connection, with 4004', async () => {
  await world.account('moritz');
  const browser = new Session(world.server.url);
  await browser.signIn('moritz@example.org', password);
  const made = await browser.json('POST', '/api/v1/tokens', { name: 'short', scopes: ['talk'], expires_at: Date.now() + 5_000 });
  const { token } = (await made.json()) as { token: string };
  const program = await connect(new Client(world.server.url, token));
  expect((await program.ended()).code).toBe(4004);
  await expect(connect(new Client(world.server.url, token))).rejects.toMatchObject({ status: 401 });
});
