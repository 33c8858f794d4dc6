// The gateway against everything that no client should send. It ends the connection with the code of
// docs/gateway.md, and goes on for everybody else.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../lib/client.ts';
import { bearer, Gateway } from '../lib/gateway.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { createServer, general, say } from '../lib/talk.ts';
import { World } from '../lib/world.ts';

let world: World;
let ann: Client;
let ben: Client;
let witness: Gateway; // an orderly client that is there all the time

beforeAll(async () => {
  world = await World.start({ settings: ['--messages.throttle_count=0'] });
  [ann, ben] = await Promise.all([world.user('ann'), world.user('ben')]);
  witness = await Gateway.connect(ann.url, bearer(ann));
});
afterAll(async () => {
  const channel = await general(ann, (await createServer(ann, 'Afterwards')).id);
  await witness.event('SERVER_CREATE');
  await say(ann, channel, 'still here');
  await witness.event('MESSAGE_CREATE');
  expect(witness.wrong).toEqual([]);
  await world?.stop();
});

const open = (client = ben) => Gateway.open(client.url, bearer(client));
const text = (frame: unknown) => JSON.stringify(frame);
const identify = text({ op: 2, d: {} });
const mebibyte = Buffer.alloc(1 << 20, 'x');

describe('before identify', () => {
  const bad: [string, string | Buffer, number, boolean?][] = [
    ['an op of the server\'s', text({ op: 0, d: {} }), 4003],
    ['an unknown op', text({ op: 99, d: null }), 4003],
    ['a negative op', text({ op: -1, d: null }), 4003],
    ['presence, which is not known yet', text({ op: 3, d: {} }), 4003],
    ['no JSON', '{"op":', 4002],
    ['nothing', '', 4002],
    ['a list', '[]', 4002],
    ['a word', '"identify"', 4002],
    ['no op', '{"d":{}}', 4002],
    ['op as a text', '{"op":"2","d":{}}', 4002],
    ['op as a fraction', '{"op":2.5,"d":{}}', 4002],
    ['a huge op', '{"op":18446744073709551616,"d":{}}', 4002],
    ['text behind it', `${identify} x`, 4002],
    ['two objects', identify + identify, 4002],
    ['deep nesting', `{"op":1,"d":${'['.repeat(2000)}${']'.repeat(2000)}}`, 4002],
    ['identify with a list', text({ op: 2, d: [] }), 4002],
    ['identify with a number', text({ op: 2, d: 7 }), 4002],
    ['a heartbeat with a text', text({ op: 1, d: '7' }), 4002],
    ['a heartbeat with a fraction', text({ op: 1, d: 1.5 }), 4002],
    ['a heartbeat with an object', text({ op: 1, d: {} }), 4002],
    ['resume with nothing', text({ op: 6, d: {} }), 4002],
    ['resume with null', text({ op: 6, d: null }), 4002],
    ['resume without d', text({ op: 6 }), 4002],
    ['resume without a seq', text({ op: 6, d: { session_id: 'x' } }), 4002],
    ['resume with a number as the session', text({ op: 6, d: { session_id: 7, seq: 1 } }), 4002],
    ['resume with a text as the seq', text({ op: 6, d: { session_id: 'x', seq: '1' } }), 4002],
    ['resume with a seq below 0', text({ op: 6, d: { session_id: 'x', seq: -1 } }), 4002],
    ['resume with a huge seq', '{"op":6,"d":{"session_id":"x","seq":9223372036854775808}}', 4002],
    ['a lone surrogate', '{"op":6,"d":{"session_id":"\\ud800","seq":1}}', 4002],
    ['bad UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 1007],
    ['UTF-8 that is cut off', Buffer.from([0x22, 0xe2, 0x82]), 1007],
    ['an overlong NUL', Buffer.from([0x22, 0xc0, 0x80, 0x22]), 1007],
    ['4,097 bytes', ' '.repeat(4097), 1009],
    ['a mebibyte', mebibyte, 1009],
    ['a binary message', Buffer.from(identify), 1003, true],
    ['an empty binary message', Buffer.alloc(0), 1003, true],
  ];
  test.each(bad)('CHA-14 %s ends it', async (_, data, code, binary) => {
    const client = await open();
    client.raw(data, binary);
    expect((await client.ended()).code).toBe(code);
  });

  test('CHA-14 a session that is not there is answered with op 9, and one may identify then', async () => {
    const client = await open();
    for (const session_id of ['', 'nonsense', 'x'.repeat(3000), "' OR 1=1 --"]) expect(await client.resume({ session_id, seq: 0 })).toBe(false);
    client.place = { session_id: '', seq: 0 };
    await client.identify();
    expect(client.wrong).toEqual([]);
    await client.close();
  });

  test('CHA-14 a heartbeat may come first; 4,096 bytes are not too many; fields that are unknown are not read', async () => {
    const client = await open();
    client.raw(text({ op: 1 }));
    client.raw(text({ op: 1, d: null, more: [{}] }).padEnd(4096));
    await client.heartbeat();
    client.raw(text({ op: 2, d: { token: 'ignored', intents: 7 } }));
    await client.event('READY');
    await client.close();
  });
});

describe('after identify', () => {
  const bad: [string, string, number][] = [
    ['identify again', identify, 4005],
    ['resume', text({ op: 6, d: { session_id: 'x', seq: 0 } }), 4005],
    ['an op of the server\'s', text({ op: 10, d: {} }), 4001],
    ['an unknown op', text({ op: 1001, d: {} }), 4001],
    ['no JSON', 'x', 4002],
  ];
  test.each(bad)('CHA-14 %s ends it, and the session can be resumed', async (_, data, code) => {
    const client = await Gateway.connect(ben.url, bearer(ben));
    client.raw(data);
    expect((await client.ended()).code).toBe(code);
    const again = await open();
    expect(await again.resume(client.place)).toBe(true);
    await again.close();
  });

  test('CHA-14 identify twice in one breath ends it', async () => {
    const client = await open();
    client.raw(identify);
    client.raw(identify);
    expect((await client.ended()).code).toBe(4005);
  });

  test('CHA-14 more than 120 messages in a minute end it', async () => {
    const client = await Gateway.connect(ben.url, bearer(ben));
    for (let i = 0; i < 300; ++i) client.raw(text({ op: 1, d: null }));
    expect((await client.ended()).code).toBe(4008);
  });

  test('CHA-14 a seq that was never sent ends it; somebody else\'s session is not there', async () => {
    const client = await Gateway.connect(ben.url, bearer(ben));
    const thief = await open(ann);
    expect(await thief.resume(client.place)).toBe(false);
    await client.heartbeat(); // undisturbed
    const elsewhere = await open();
    expect(await elsewhere.resume(client.place)).toBe(true);
    expect((await client.ended()).code).toBe(4000);
    const ahead = await open();
    ahead.send({ op: 6, d: { ...client.place, seq: 999 } });
    expect((await ahead.ended()).code).toBe(4007);
    await thief.close();
  });
});

describe('with short times', () => {
  let quick: World;
  let cid: Client;

  beforeAll(async () => {
    const settings = ['heartbeat_interval_ms=400', 'identify_timeout_ms=300', 'resume_ms=500', 'replay_events=5'];
    quick = await World.start({ settings: [...settings.map((setting) => `--realtime.${setting}`), '--messages.throttle_count=0'] });
    cid = await quick.user('cid');
  });
  afterAll(() => quick?.stop());

  test('CHA-14 who neither identifies nor resumes is asked to go, heartbeats or not', async () => {
    const [still, beating] = await Promise.all([open(cid), open(cid)]);
    const timer = setInterval(() => beating.closed || beating.raw(text({ op: 1, d: null })), 100);
    expect((await still.ended()).code).toBe(4003);
    expect((await beating.ended()).code).toBe(4003);
    clearInterval(timer);
  });

  test('CHA-14 without heartbeats it ends with 4009; hello says how often they are due', async () => {
    const client = await Gateway.connect(cid.url, bearer(cid));
    expect(client.frames[0]).toEqual({ op: 10, d: { heartbeat_interval: 400 } });
    expect((await client.ended()).code).toBe(4009);
  });

  test('CHA-14 a session that nobody came back for is gone, and so is what is too old to be sent again', async () => {
    const channel = await general(cid, (await createServer(cid, 'Short')).id);
    const first = await Gateway.connect(cid.url, bearer(cid));
    const place = await first.cut();
    for (let i = 0; i < 6; ++i) await say(cid, channel, String(i));
    const client = await open(cid);
    expect(await client.resume(place)).toBe(false); // of six events five are kept
    client.place = { session_id: '', seq: 0 };
    const ready = await client.identify();
    expect(ready.servers.at(-1).channels[0].last_seq).toBe(6);
    const left = await client.cut();
    const sessions = async () => total(parseMetrics((await cid.get('/metrics')).body), 'realtime_sessions');
    await expect.poll(sessions).toBe(0);
    const late = await open(cid);
    expect(await late.resume(left)).toBe(false);
    await late.close();
  });
});
