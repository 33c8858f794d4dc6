// Who is let through the gateway's door, and what is no WebSocket.
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import type { Client } from '../lib/client.ts';
import { bearer, Gateway } from '../lib/gateway.ts';
import { password, World } from '../lib/world.ts';

let world: World;
let ben: Client;

beforeAll(async () => {
  world = await World.start();
  ben = await world.user('ben');
});
afterAll(() => world?.stop());

test('CHA-14 nobody, a bad token and a token without the scope are refused', async () => {
  const profile = await world.token('ben', 'profile');
  const url = world.server.url;
  const refused: [Record<string, string>, number][] = [
    [{}, 401], [{ authorization: 'Bearer ' }, 401], [{ authorization: 'Bearer nonsense' }, 401], [{ authorization: `Basic ${btoa('ben:x')}` }, 401],
    [{ authorization: `Bearer ly_pat_${'A'.repeat(43)}` }, 401], [{ cookie: '__Host-ly_app=nonsense', origin: url }, 401], [bearer(profile), 403],
  ];
  for (const [headers, status] of refused) await expect(Gateway.open(url, headers), JSON.stringify(headers)).rejects.toMatchObject({ status });
  await expect(Gateway.open(url, bearer(profile))).rejects.toMatchObject({ body: { reason: 'scope_missing' } });
});

test('CHA-14 ID-04 a session is taken from Lyceum\'s own pages only', async () => {
  const browser = new Session(world.server.url);
  await browser.signIn('ben@example.org', password);
  const cookie = `__Host-ly_app=${browser.cookie('__Host-ly_app')}`;
  const own = browser.url;
  for (const origin of [undefined, 'null', 'https://evil.example', `${own}.evil.example`, own.replace('http:', 'https:'), `${own}/`, '']) {
    const headers: Record<string, string> = origin === undefined ? { cookie } : { cookie, origin };
    await expect(Gateway.open(own, headers), String(origin)).rejects.toMatchObject({ status: 403, body: { reason: 'cross_site' } });
  }
  const client = await Gateway.connect(own, { cookie, origin: own });
  await client.close();
});

test('CHA-14 what is no WebSocket is answered as a request', async () => {
  const plain = await ben.get('/api/v1/gateway');
  expect([plain.status, plain.headers.get('sec-websocket-version'), plain.body.reason]).toEqual([426, '13', 'websocket_required']);
  expect((await ben.post('/api/v1/gateway', {})).status).toBe(400);
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const cases: [string[], string][] = [
    [['Sec-WebSocket-Version: 8', key], '426'], [[key], '400'], [['Sec-WebSocket-Version: 13'], '400'],
    [['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: c2hvcnQ='], '400'], [['Sec-WebSocket-Version: 13', key, key], '400'],
  ];
  for (const [lines, status] of cases) expect(await handshake(lines), lines.join()).toBe(status);
});

// The status of an upgrade with these headers.
function handshake(lines: string[]): Promise<string> {
  const { hostname, port, host } = new URL(world.server.url);
  return new Promise((resolve, reject) => {
    const socket = connectTcp(Number(port), hostname, () => {
      const head = ['GET /api/v1/gateway HTTP/1.1', `Host: ${host}`, `Authorization: ${ben.bearer}`, 'Connection: Upgrade', 'Upgrade: websocket', ...lines];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
    });
    socket.once('data', (data) => {
      resolve(data.toString().split(' ')[1] ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
