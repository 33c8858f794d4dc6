// The whole story over HTTP: sign up, confirm by mail, sign in, solve, earn, sign out.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client, parseEvents, until } from '../lib/client.ts';
import { key, password, places, right, World } from '../lib/world.ts';

let world: World;
let admin: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--identity.throttle=false'] }); // wrong tries of one test would slow the next
  admin = await world.user('root', 'administrator');
});
afterAll(() => world?.stop());

// biome-ignore lint/suspicious/noExplicitAny: a mail as the API gives it
async function mailTo(address: string, template: string): Promise<any> {
  return until(async () => {
    const { mails } = (await admin.get(`/api/v1/admin/mails?to=${encodeURIComponent(address)}`)).body;
    const mail = mails.find((m: { template: string }) => m.template === template);
    const whole = mail && (await admin.get(`/api/v1/admin/mails/${mail.id}`)).body;
    return whole?.status === 'kept' ? whole : undefined; // while it waits, its text is nobody's
  });
}

const tokenIn = (mail: { text: string }) => /token=([A-Za-z0-9_.-]+)/.exec(mail.text)?.[1] ?? '';

async function signedUp(email: string): Promise<Session> {
  const guest = world.guest();
  expect((await guest.post('/api/v1/sign-up', { email, password, name: 'Eva' })).status).toBe(202);
  const confirmed = await guest.post('/api/v1/sign-up/confirm', { token: tokenIn(await mailTo(email, 'confirm_email')) });
  expect(confirmed.status, JSON.stringify(confirmed.body)).toBe(200);
  const session = new Session(world.server.url);
  await session.signIn(email, password);
  return session;
}

test('ID-01 MAIL-01 MAIL-02 an account opens only after the mailed confirmation, once', async () => {
  const guest = world.guest();
  const email = 'Cleo@Example.org';
  expect((await guest.post('/api/v1/sign-up', { email, password, name: 'Cleo' })).status).toBe(202);

  const early = new Session(world.server.url);
  const refused = await early.signIn(email, password);
  expect(refused.at.pathname).toMatch(/^\/realms\//);
  expect((await early.json('GET', '/api/v1/me')).status).toBe(401);

  const mail = await mailTo(email, 'confirm_email');
  expect(mail.status).toBe('kept');
  expect(mail.text).toContain(`${world.server.url}/confirm?token=`);
  const files = await readdir(join(world.server.dataOf('mailer'), 'outbox'));
  expect(files.some((name) => name.endsWith('.eml'))).toBe(true);
  const eml = await Promise.all(files.map((name) => readFile(join(world.server.dataOf('mailer'), 'outbox', name), 'utf8')));
  expect(eml.some((text) => /^To: .*cleo@example\.org/im.test(text))).toBe(true);

  const token = tokenIn(mail);
  expect((await guest.post('/api/v1/sign-up/confirm', { token: `${token}x` })).status).toBe(400);
  const opened = await guest.post('/api/v1/sign-up/confirm', { token });
  expect(opened.status, JSON.stringify(opened.body)).toBe(200);
  expect((await guest.post('/api/v1/sign-up/confirm', { token })).status).not.toBe(200);
  await mailTo(email, 'welcome');
});

test('ID-01 signing up with an address that is taken looks the same and tells its owner', async () => {
  await world.user('taken');
  const guest = world.guest();
  const fresh = await guest.post('/api/v1/sign-up', { email: 'fresh@example.org', password });
  const taken = await guest.post('/api/v1/sign-up', { email: 'taken@example.org', password });
  expect(taken.status).toBe(fresh.status);
  expect(taken.body).toEqual(fresh.body);
  await mailTo('taken@example.org', 'address_taken');
});

test('ID-04 ID-05 one signs in with a form and PKCE, and log-out ends the session at once', async () => {
  const session = await signedUp('dora@example.org');
  const me = await session.json('GET', '/api/v1/me');
  expect(me.status).toBe(200);
  expect(await me.json()).toMatchObject({ email: 'dora@example.org', nickname: 'Eva' });
  expect(session.cookie('__Host-ly_app')).toBeTruthy();

  const thief = new Session(world.server.url);
  thief.copyFrom(session);
  expect((await thief.json('GET', '/api/v1/me')).status).toBe(200);
  const out = await session.json('POST', '/auth/logout');
  expect([204, 303]).toContain(out.status);
  expect((await thief.json('GET', '/api/v1/me')).status).toBe(401);
  const again = await thief.visit('/auth/login?return_to=/');
  expect(again.at.pathname).toMatch(/^\/realms\//); // the provider's session is over too
});

test('ID-04 a wrong password is refused, whether or not the account exists', async () => {
  await world.user('frank');
  for (const email of ['frank@example.org', 'nobody@example.org']) {
    const session = new Session(world.server.url);
    const { response, at } = await session.signIn(email, 'not the password');
    expect(at.pathname).toMatch(/^\/realms\//);
    expect(response.status).toBeGreaterThanOrEqual(200);
    expect((await session.json('GET', '/api/v1/me')).status).toBe(401);
  }
});

test('ID-06 MAIL-08 a forgotten password is set anew by a mailed link, once, and ends every session', async () => {
  const session = await signedUp('greta@example.org');
  const guest = world.guest();
  expect((await guest.post('/api/v1/password/forgot', { email: 'greta@example.org' })).status).toBe(202);
  expect((await guest.post('/api/v1/password/forgot', { email: 'nobody@example.org' })).status).toBe(202);
  const token = tokenIn(await mailTo('greta@example.org', 'password_reset'));
  const other = 'another good password';
  expect((await guest.post('/api/v1/password/reset', { token, password: 'short' })).status).toBe(400);
  expect((await guest.post('/api/v1/password/reset', { token, password: other })).status).toBe(204);
  expect((await guest.post('/api/v1/password/reset', { token, password: other })).status).not.toBe(204);
  expect((await session.json('GET', '/api/v1/me')).status).toBe(401);
  const anew = new Session(world.server.url);
  await anew.signIn('greta@example.org', other);
  expect((await anew.json('GET', '/api/v1/me')).status).toBe(200);
});

test('SUB-01 PRA-16 SHOP-03 ID-13 one opens a course, solves an exercise, sees each verdict and earns points once', async () => {
  const session = await signedUp('hanna@example.org');
  const where = await places(await world.token('hanna'));
  const path = `/api/v1/components/${where.sum?.componentId}/submissions`;
  const made = await session.json('POST', path, right.sum, key());
  expect(made.status).toBe(202);
  const { id, status } = (await made.json()) as { id: string; status: string };
  expect(status).toBe('QUEUED');
  const events = parseEvents(await (await session.request('GET', `/api/v1/submissions/${id}`, undefined, { accept: 'text/event-stream' })).text());
  expect(events[0]?.event).toBe('compile');
  expect(events.filter((e) => e.event === 'result').map((e) => e.data.status)).toEqual(['AC', 'AC', 'AC']);
  expect(events.at(-1)).toMatchObject({ event: 'done', data: { id, status: 'AC', score: 1, points: 20, content_passed: true } });

  const me = await until(async () => {
    const body = (await (await session.json('GET', '/api/v1/me')).json()) as { points: { earned: number }; rank: number };
    return body.points.earned > 0 ? body : undefined;
  });
  expect(me).toMatchObject({ points: { earned: 20, balance: 20 }, rank: 1 });

  const second = (await (await session.json('POST', path, right.sum, key())).json()) as { id: string };
  const again = parseEvents(await (await session.request('GET', `/api/v1/submissions/${second.id}`, undefined, { accept: 'text/event-stream' })).text());
  expect(again.at(-1)).toMatchObject({ data: { status: 'AC', points: 0 } });
  const points = (await (await session.json('GET', '/api/v1/me/points')).json()) as { points: { amount: number; reason: string }[] };
  expect(points.points.map((entry) => entry.amount)).toEqual([20]);
  expect(points.points[0]?.reason).toContain('Sum of two numbers');

  const ranking = (await (await session.json('GET', '/api/v1/ranking')).json()) as { ranking: { points: number }[]; me: { rank: number } };
  expect(ranking.ranking[0]?.points).toBe(20);
  expect(ranking.me.rank).toBe(1);
});

test('a form of another site can do nothing with a session', async () => {
  const session = await signedUp('ida@example.org');
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await session.json('PATCH', '/api/v1/me', { nickname: 'x' }, foreign)).status).toBe(403);
  expect((await session.json('POST', '/auth/logout', undefined, foreign)).status).toBe(403);
  expect((await session.json('GET', '/api/v1/me')).status).toBe(200);
});
