// Beep from outside: communities and what is said in them, over REST and the gateway at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../lib/client.ts';
import { bearer, Gateway } from '../lib/gateway.ts';
import type { Json } from '../lib/socket.ts';
import { createChannel, createServer, done, edit, general, history, join, leave, mine, remove, say } from '../lib/talk.ts';
import { key, World } from '../lib/world.ts';

let world: World;
let ann: Client;
let ben: Client;
let eve: Client; // a stranger

beforeAll(async () => {
  world = await World.start({ settings: ['--messages.throttle_count=0'] });
  [ann, ben, eve] = await Promise.all([world.user('ann'), world.user('ben'), world.user('eve')]);
});
afterAll(() => world?.stop());

const connect = (client: Client) => Gateway.connect(client.url, bearer(client));
const names = (servers: Json[]) => servers.map((server) => server.name);
const contents = (page: Json) => page.messages.map((message: Json) => message.content);

describe('communities', () => {
  test('SRV-01 who creates a server owns it, is in it and finds a channel there', async () => {
    const made = await createServer(ann, 'Chess', true, 'Openings and endings');
    expect(made).toMatchObject({ name: 'Chess', public: true, member: true, member_count: 1 });
    expect(done(await ann.get('/api/v1/me')).id).toBe(made.owner_id);
    const channels = done(await ann.get(`/api/v1/servers/${made.id}/channels`)).channels;
    expect(channels).toMatchObject([{ name: 'general', type: 'text' }]);
    const refused = await ann.post('/api/v1/servers', { name: ' \u2003', description: '', public: true }, key());
    expect([refused.status, refused.body.field]).toEqual([400, 'name']);
  });

  test('SRV-01 the same Idempotency-Key makes one server, with another body it is 422', async () => {
    const once = key();
    const body = { name: 'Only once', description: '', public: false };
    const [first, again] = [await ann.post('/api/v1/servers', body, once), await ann.post('/api/v1/servers', body, once)];
    expect(again.body.id).toBe(first.body.id);
    expect((await ann.post('/api/v1/servers', { ...body, name: 'Twice' }, once)).status).toBe(422);
    expect(names(await mine(ann)).filter((name) => name === 'Only once')).toHaveLength(1);
  });

  test('SRV-04 public servers are found by name and description, private ones by nobody', async () => {
    await createServer(ann, 'Éclairs and 100% cocoa', true, 'Baking');
    await createServer(ann, 'Secret bakery', false, 'Baking too');
    const find = async (q: string) => names(done(await eve.get(`/api/v1/servers?q=${encodeURIComponent(q)}`)).servers);
    expect(await find('éCLAIRS')).toEqual(['Éclairs and 100% cocoa']);
    expect(await find('baking')).toEqual(['Éclairs and 100% cocoa']);
    expect(await find('100%')).toEqual(['Éclairs and 100% cocoa']);
    expect(await find('bakery')).toEqual([]);
    for (let i = 0; i < 3; ++i) await createServer(ann, `Page ${i}`);
    const first = done(await eve.get('/api/v1/servers?q=page&limit=2'));
    const rest = done(await eve.get(`/api/v1/servers?q=page&limit=2&page_token=${first.next_page_token}`));
    expect([...names(first.servers), ...names(rest.servers)]).toEqual(['Page 2', 'Page 1', 'Page 0']);
  });

  test('SRV-05 SRV-06 SRV-07 joining and leaving, each twice as good as once; the owner stays', async () => {
    const server = await createServer(ann, 'Choir');
    for (let i = 0; i < 2; ++i) expect(await join(ben, server.id)).toMatchObject({ member: true, member_count: 2 });
    expect(names(await mine(ben))).toContain('Choir');
    const members = done(await ben.get(`/api/v1/servers/${server.id}/members`)).members;
    expect(members.map((member: Json) => member.user.nickname)).toEqual(['ann', 'ben']);
    for (let i = 0; i < 2; ++i) await leave(ben, server.id);
    expect(names(await mine(ben))).not.toContain('Choir');
    expect((await ann.delete(`/api/v1/me/servers/${server.id}`)).body.reason).toBe('owner_stays');
  });

  test('SRV-05 a private server does not exist for strangers, whatever they ask of it', async () => {
    const server = await createServer(ann, 'Board', false);
    const channel = await general(ann, server.id);
    const message = await say(ann, channel, 'between us');
    const asked = [
      await eve.get(`/api/v1/servers/${server.id}`), await eve.post(`/api/v1/servers/${server.id}/join`, {}),
      await eve.get(`/api/v1/servers/${server.id}/members`), await eve.get(`/api/v1/servers/${server.id}/channels`),
      await eve.post(`/api/v1/servers/${server.id}/channels`, { name: 'x', type: 'text', topic: '' }, key()),
      await eve.get(`/api/v1/channels/${channel}/messages`), await eve.get(`/api/v1/messages/${message.id}`),
      await eve.post(`/api/v1/channels/${channel}/messages`, { content: 'hello' }, key()),
      await eve.patch(`/api/v1/messages/${message.id}`, { content: 'mine' }), await eve.delete(`/api/v1/messages/${message.id}`),
      await eve.put(`/api/v1/channels/${channel}/read`, { message_id: message.id }),
    ];
    expect(asked.map((answer) => answer.status)).toEqual(asked.map(() => 404));
    expect(contents(await history(ann, channel))).toEqual(['between us']);
  });
});

describe('messages', () => {
  test('CHA-03 CHA-04 CHA-05 CHA-14 what is sent, edited and deleted is heard by members at once and by no stranger', async () => {
    const server = await createServer(ann, 'Radio');
    const channel = await general(ann, server.id);
    await join(ben, server.id);
    const own = await createServer(eve, 'Alone');
    const [a, b, e] = await Promise.all([connect(ann), connect(ben), connect(eve)]);
    const sent = await say(ann, channel, 'helo', { nonce: 'n1' });
    expect((await b.event('MESSAGE_CREATE')).d).toEqual({ ...sent, nonce: 'n1' });
    expect((await a.event('MESSAGE_CREATE')).d.nonce).toBe('n1');
    const edited = await edit(ann, sent.id, 'hello');
    expect(edited).toMatchObject({ version: 2, content: 'hello' });
    expect((await b.event('MESSAGE_UPDATE')).d).toEqual(edited);
    expect((await ben.patch(`/api/v1/messages/${sent.id}`, { content: 'stolen' })).status).toBe(403);
    expect((await ben.delete(`/api/v1/messages/${sent.id}`)).status).toBe(403);
    await remove(ann, sent.id);
    await remove(ann, sent.id);
    expect((await b.event('MESSAGE_DELETE')).d).toEqual({ id: sent.id, channel_id: channel, seq: sent.seq, version: 3 });
    expect((await history(ben, channel)).messages).toEqual([]);
    expect((await ben.get(`/api/v1/messages/${sent.id}`)).status).toBe(404);
    // What comes behind it in time has come: then the rest would have, too.
    await say(eve, await general(eve, own.id), 'echo');
    await e.event('MESSAGE_CREATE', (d) => d.content === 'echo');
    expect(e.events.map((event) => event.t)).toEqual(['READY', 'MESSAGE_CREATE']);
    for (const one of [a, b, e]) expect(one.wrong).toEqual([]);
    await Promise.all([a, b, e].map((one) => one.close()));
  });

  test('SRV-06 CHA-14 who leaves hears nothing more, and is told so first', async () => {
    const server = await createServer(ann, 'Leaving');
    const channel = await general(ann, server.id);
    const b = await connect(ben);
    await join(ben, server.id);
    expect((await b.event('SERVER_CREATE')).d.channels).toMatchObject([{ id: channel, last_seq: 0 }]);
    await say(ann, channel, 'heard');
    await b.event('MESSAGE_CREATE');
    await leave(ben, server.id);
    await say(ann, channel, 'not heard');
    await b.event('SERVER_DELETE', (d) => d.id === server.id);
    await join(ben, server.id);
    await b.wait('the second SERVER_CREATE', () => b.events.filter((event) => event.t === 'SERVER_CREATE').length === 2);
    expect(b.events.filter((event) => event.t === 'MESSAGE_CREATE').map((event) => event.d.content)).toEqual(['heard']);
    await b.close();
  });

  test('CHA-03 the same Idempotency-Key sends once; bad content names the field', async () => {
    const channel = await general(ann, (await createServer(ann, 'Keys')).id);
    const [once, path] = [key(), `/api/v1/channels/${channel}/messages`];
    const all = await Promise.all(Array.from({ length: 8 }, () => ann.post(path, { content: 'once' }, once)));
    expect(new Set(all.map((answer) => answer.body.id)).size).toBe(1);
    expect((await ann.post(path, { content: 'other' }, once)).status).toBe(422);
    expect(contents(await history(ann, channel))).toEqual(['once']);
    for (const content of ['', ' \n\t', '\u200b', 'x'.repeat(2001), 'a\0b']) {
      const answer = await ann.post(path, { content }, key());
      expect([answer.status, answer.body.field], JSON.stringify(content.slice(0, 9))).toEqual([400, 'content']);
    }
    expect((await say(ann, channel, '😀'.repeat(2000))).content).toHaveLength(4000);
    const category = await createChannel(ann, (await mine(ann)).at(-1).id, 'rooms', 'category');
    // Messages hears of it by an event.
    await expect.poll(async () => (await ann.post(`/api/v1/channels/${category.id}/messages`, { content: 'x' }, key())).status).toBe(409);
  });

  test('CHA-08 the history is paged in both directions and around a message, deleted ones left out', async () => {
    const channel = await general(ann, (await createServer(ann, 'Pages')).id);
    const sent: Json[] = [];
    for (let i = 0; i < 25; ++i) sent.push(await say(ann, channel, String(i)));
    await remove(ann, sent[12].id);
    const expected = [...Array(25).keys()].filter((i) => i !== 12).map(String);
    const back: string[] = [];
    for (let query = '?limit=7'; query; ) {
      const page = await history(ann, channel, query);
      back.push(...contents(page));
      query = page.has_before ? `?limit=7&before=${page.messages.at(-1).id}` : '';
    }
    expect(back.reverse()).toEqual(expected);
    const forth: string[] = [];
    for (let query = '?limit=7&after=0'; query; ) {
      const page = await history(ann, channel, query);
      forth.push(...contents(page).reverse());
      query = page.has_after ? `?limit=7&after=${page.messages[0].id}` : '';
    }
    expect(forth).toEqual(expected);
    const around = await history(ann, channel, `?limit=5&around=${sent[11].id}`);
    expect(contents(around)).toContain('11');
    expect(around).toMatchObject({ has_before: true, has_after: true });
    expect(contents(await history(ann, channel, `?limit=4&around=${sent[12].id}`))).toEqual(['14', '13', '11', '10']);
    const two = await ann.get(`/api/v1/channels/${channel}/messages?before=1&after=1`);
    expect([two.status, two.body.field]).toEqual([400, 'after']);
  });
});
