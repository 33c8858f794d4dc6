// State before + events = state after: whoever only listens knows what somebody knows who connects anew.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../lib/client.ts';
import type { Frame } from '../lib/gateway.ts';
import type { Json } from '../lib/socket.ts';
import { createChannel, createServer, edit, general, join, leave, markRead, remove, say } from '../lib/talk.ts';
import { TalkState } from '../lib/talk_state.ts';
import { World } from '../lib/world.ts';

let world: World;
let people: Client[];
let listening: TalkState[];
const counts = [0, 1, 2].map(() => new Map<string, number>()); // members of each server, as events tell them

beforeAll(async () => {
  world = await World.start({ settings: ['--messages.throttle_count=0'] });
  people = await Promise.all(['ann', 'ben', 'cid'].map((name) => world.user(name)));
  listening = await Promise.all(people.map((client) => TalkState.connect(client)));
  for (const [i, { gateway }] of listening.entries()) {
    const apply = gateway.onEvent;
    gateway.onEvent = (event) => {
      apply(event);
      count(counts[i] as Map<string, number>, event);
    };
  }
});
afterAll(() => world?.stop());

function count(members: Map<string, number>, { t, d }: Frame): void {
  if (t === 'SERVER_CREATE') members.set(d.server.id, d.server.member_count);
  if (t === 'SERVER_UPDATE') members.set(d.id, d.member_count);
  if (t?.startsWith('SERVER_MEMBER_')) members.set(d.server_id, d.member_count);
  if (t === 'SERVER_DELETE') members.delete(d.id);
}

// Everybody's knowledge becomes, by events, what a new session begins with, and stays it.
async function agree(what: string): Promise<void> {
  for (const [i, state] of listening.entries()) {
    const fresh = await TalkState.connect(people[i] as Client);
    const due = await fresh.seen();
    await expect.poll(() => state.seen(), { message: `${what}: ${i}` }).toEqual(due);
    const members = new Map(due.servers.map((server: Json) => [server.id, server.member_count]));
    await expect.poll(() => counts[i], { message: `${what}: members as ${i} counts them` }).toEqual(members);
    await fresh.gateway.close();
  }
}

const random = (() => {
  let state = 20_261_124;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
})();

test('CHA-14 SRV-01 SRV-05 SRV-06 after every kind of action', async () => {
  const [ann, ben, cid] = people as [Client, Client, Client];
  const step = async <T>(what: string, action: Promise<T>): Promise<T> => {
    const made = await action;
    await agree(what);
    return made;
  };
  const open = await step('create a public server', createServer(ann, 'Open'));
  const closed = await step('create a private server', createServer(ben, 'Closed', false));
  const channel = await general(ann, open.id);
  const first = await step('send', say(ann, channel, 'one'));
  await step('join', join(ben, open.id));
  await step('another joins', join(cid, open.id));
  await step('create a channel', createChannel(ann, open.id, 'second'));
  await step('create a category', createChannel(ann, open.id, 'rooms', 'category'));
  const second = await step('send as a member', say(ben, channel, 'two', { nonce: 'n' }));
  await step('edit', edit(ben, second.id, 'deux'));
  await step('mark as read', markRead(cid, channel, second.id));
  await step('mark an older one as read', markRead(cid, channel, first.id));
  await step('delete', remove(ann, first.id));
  await step('delete the newest, as the owner', remove(ann, second.id));
  await step('say it in private', say(ben, await general(ben, closed.id), 'psst'));
  await step('leave', leave(ben, open.id));
  await step('join again', join(ben, open.id));
});

test('CHA-14 after many actions at once, whoever takes them', async () => {
  const servers: Json[] = await Promise.all(people.map((client, i) => createServer(client, `Many ${i}`)));
  const channels = await Promise.all(servers.map((server, i) => general(people[i] as Client, server.id)));
  const messages: Json[] = [];
  const may = (action: () => Promise<unknown>) =>
    action().catch((error) => expect(String(error)).toMatch(/expected 4\d\d to be less than 300/)); // it may be refused
  for (let round = 0; round < 6; ++round) {
    const actions = Array.from({ length: 24 }, () => {
      const client = people[random(3)] as Client;
      const [server, channel, message] = [servers[random(3)], channels[random(3)] as string, messages[random(messages.length)] ?? { id: '1', channel_id: channels[0] }];
      const what: (() => Promise<unknown>)[] = [
        () => join(client, server.id), () => leave(client, server.id),
        async () => messages.push(await say(client, channel, crypto.randomUUID())),
        async () => messages.push(await say(client, channel, crypto.randomUUID())),
        () => edit(client, message.id, crypto.randomUUID()), () => remove(client, message.id),
        () => markRead(client, message.channel_id, message.id), () => createChannel(client, server.id, `c${random(1000)}`),
      ];
      return may(what[random(what.length)] as () => Promise<unknown>);
    });
    await Promise.all(actions);
    await agree(`round ${round}`);
  }
  expect(messages.length).toBeGreaterThan(10);
  for (const state of listening) expect((await state.seen()).wrong).toEqual([]);
});
