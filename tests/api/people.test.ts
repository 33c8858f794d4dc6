// What a person is here, over HTTP: profile, picture, ranking, points, API tokens, roles, mails.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client, type Problem, until } from '../lib/client.ts';
import { pictures } from '../lib/pictures.ts';
import { freePort } from '../lib/server.ts';
import { key, password, type Place, places, right, World } from '../lib/world.ts';

let world: World;
let admin: Client;

beforeAll(async () => {
  world = await World.start();
  admin = await world.user('root', 'administrator');
});
afterAll(() => world?.stop());

async function session(name: string): Promise<Session> {
  const out = new Session(world.server.url);
  await out.signIn(`${name}@example.org`, password);
  return out;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
async function asked(response: Promise<Response>): Promise<{ status: number; body: any }> {
  const answer = await response;
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : undefined };
}

const idOf = async (client: Client): Promise<string> => (await client.get('/api/v1/me')).body.id;

async function earn(client: Client, place: Place | undefined, answer: object): Promise<void> {
  const before = (await client.get('/api/v1/me')).body.points.earned;
  const made = await client.post(`/api/v1/components/${place?.componentId}/submissions`, answer, key());
  expect(made.status).toBe(202);
  await until(async () => {
    const { body } = await client.get(`/api/v1/submissions/${made.body.id}`);
    return body.status === 'AC' ? true : undefined;
  });
  await until(async () => ((await client.get('/api/v1/me')).body.points.earned > before ? true : undefined));
}

describe('profile', () => {
  let ann: Client;
  beforeAll(async () => {
    ann = await world.user('ann');
  });

  test('ID-10 one sees and edits names, nickname and preferences, and only what is named changes', async () => {
    const before = (await ann.get('/api/v1/me')).body;
    expect(before).toMatchObject({ email: 'ann@example.org', nickname: 'ann', first_name: '', points: { balance: 0, earned: 0 }, roles: [] });
    const edited = await ann.patch('/api/v1/me', { first_name: 'Änne', last_name: "O'Neill", preferences: { theme: 'dark' } });
    expect(edited.status).toBe(200);
    expect(edited.body).toMatchObject({ ...before, first_name: 'Änne', last_name: "O'Neill", preferences: { ...before.preferences, theme: 'dark' } });
    const more = (await ann.patch('/api/v1/me', { nickname: '  数学 fan  ', preferences: { locale: 'fr', default_language: 'cpp' } })).body;
    expect(more).toMatchObject({ nickname: '数学 fan', first_name: 'Änne', preferences: { theme: 'dark', locale: 'fr', default_language: 'cpp' } });
    const cleared = (await ann.patch('/api/v1/me', { first_name: '', preferences: { default_language: '' } })).body;
    expect(cleared).toMatchObject({ first_name: '', last_name: "O'Neill", preferences: { theme: 'dark', locale: 'fr' } });
    expect(cleared.preferences.default_language ?? '').toBe('');
    expect((await ann.get('/api/v1/me')).body).toEqual(cleared);
    expect((await ann.patch('/api/v1/me', {})).body).toEqual(cleared);
  });

  test('ID-10 what cannot be is refused, naming the field, and nothing of it is kept', async () => {
    const before = (await ann.get('/api/v1/me')).body;
    const wrong: [object, string][] = [
      [{ nickname: '' }, 'nickname'], [{ nickname: '   ' }, 'nickname'], [{ nickname: '\u200b\u200b' }, 'nickname'],
      [{ nickname: 'a\nb' }, 'nickname'], [{ nickname: 'a\u202eb' }, 'nickname'], [{ nickname: 'n'.repeat(41) }, 'nickname'],
      [{ first_name: 'f'.repeat(61) }, 'first_name'], [{ last_name: '\u0007' }, 'last_name'],
      [{ preferences: { theme: 'pink' } }, 'preferences.theme'], [{ preferences: { locale: 'de' } }, 'preferences.locale'],
      [{ first_name: 'kept?', nickname: '' }, 'nickname'], [{ email: 'other@example.org' }, 'email'], [{ points: { balance: 9 } }, 'points'],
    ];
    for (const [body, field] of wrong) {
      const refused = await ann.patch<Problem>('/api/v1/me', body);
      expect(refused.status, JSON.stringify(body)).toBe(400);
      expect(refused.body.field, JSON.stringify(body)).toBe(field);
    }
    expect((await ann.get('/api/v1/me')).body).toEqual(before);
    expect((await ann.patch('/api/v1/me', { nickname: '😀'.repeat(40) })).status).toBe(200); // characters, not bytes
  });

  test('ID-10 a picture of each format is stored, replaced and deleted, and served so that nothing in it can act', async () => {
    let last = '';
    for (const [format, base64] of Object.entries(pictures)) {
      const set = await ann.put('/api/v1/me/picture', { picture: base64 });
      expect(set.status, format).toBe(200);
      const url: string = set.body.picture_url;
      expect(url).not.toBe(last);
      const got = await fetch(new URL(url, world.server.url));
      expect(got.status).toBe(200);
      expect(got.headers.get('content-type')).toBe(`image/${format}`);
      expect(got.headers.get('x-content-type-options')).toBe('nosniff');
      expect(got.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(got.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(Buffer.from(await got.arrayBuffer()).toString('base64')).toBe(base64);
      if (last) expect((await fetch(new URL(last, world.server.url))).status, 'the one before').toBe(404);
      last = url;
    }
    expect((await ann.get('/api/v1/me')).body.picture_url).toBe(last);
    expect((await ann.delete('/api/v1/me/picture')).status).toBe(204);
    expect((await ann.get('/api/v1/me')).body).not.toHaveProperty('picture_url');
    expect((await fetch(new URL(last, world.server.url))).status).toBe(404);
    expect((await ann.delete('/api/v1/me/picture')).status).toBe(204);
  });

  test('ID-10 what is no picture, or too large, is refused; no path leads out of the pictures', async () => {
    const wrong: [string, string][] = [
      ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>').toString('base64')],
      ['HTML', Buffer.from('<html><script>alert(1)</script></html>').toString('base64')],
      ['GIF', 'R0lGODlhAQABAAAAACw='],
      ['half a PNG', pictures.png.slice(0, 20)],
      ['nothing', ''],
      ['no base64', '%%%'],
      ['over 512 KiB', Buffer.concat([Buffer.from(pictures.png, 'base64'), Buffer.alloc(524_288)]).toString('base64')],
    ];
    for (const [what, picture] of wrong) {
      const refused = await ann.put<Problem>('/api/v1/me/picture', { picture });
      expect(refused.status, what).toBe(400);
      expect(refused.body.field, what).toBe('picture');
    }
    const wide = Buffer.from(pictures.png, 'base64');
    wide.writeUInt32BE(100_000, 16); // its header says so
    expect((await ann.put('/api/v1/me/picture', { picture: wide.toString('base64') })).status).toBe(400);
    // Refused by its length alone; a client that goes on sending may find the connection closed instead.
    const huge = await ann.put('/api/v1/me/picture', { picture: 'A'.repeat(1_200_000) }).catch(() => undefined);
    expect([413, undefined]).toContain(huge?.status);
    expect((await ann.get('/api/v1/me')).body).not.toHaveProperty('picture_url');
    for (const path of ['nothing', '%2e%2e%2faccount.db', '..%2f..%2fetc%2fpasswd', 'a'.repeat(64), `${'a'.repeat(64)}/x`])
      expect([400, 404], path).toContain((await fetch(`${world.server.url}/media/pictures/${path}`)).status);
  });

  test('ID-12 others see nickname, points and rank, and neither address nor names', async () => {
    const bob = await world.user('bob');
    await ann.patch('/api/v1/me', { nickname: 'Ann', first_name: 'Anna' });
    const profile = await bob.get(`/api/v1/users/${await idOf(ann)}`);
    expect(profile.status).toBe(200);
    expect(Object.keys(profile.body).sort()).toEqual(['created_at', 'id', 'nickname', 'points', 'rank']);
    expect(profile.body).toMatchObject({ nickname: 'Ann', points: 0 });
    expect((await world.guest().get(`/api/v1/users/${await idOf(ann)}`)).status).toBe(401);
    expect((await bob.get('/api/v1/users/123456789012345678')).status).toBe(404);
  });
});

describe('points', () => {
  const people: Record<string, Client> = {};
  beforeAll(async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) people[name] = await world.user(name);
    const where = await places(admin);
    const echo = { language: 'python', files: [{ path: 'main.py', content: 'import sys\nsys.stdout.write(sys.stdin.read())\n' }] };
    const p = (name: string) => people[name] as Client;
    await earn(p('p3'), where.choice, right.choice); // 5
    await earn(p('p4'), where.choice, right.choice); // 5, later
    await earn(p('p2'), where.quiz, right.quiz); // 10
    await earn(p('p1'), where.choice, right.choice);
    await earn(p('p1'), where.quiz, right.quiz);
    await earn(p('p1'), where.echo, echo); // 22 in all
  });

  test('ID-13 the ranking goes by points, of equals who was there first; pages neither repeat nor skip', async () => {
    const seen: { rank: number; user_id: string; points: number }[] = [];
    let page = '';
    do {
      const { status, body } = await (people.p5 as Client).get(`/api/v1/ranking?limit=2${page}`);
      expect(status).toBe(200);
      expect(body.ranking.length).toBeLessThanOrEqual(2);
      expect(body.me).toMatchObject({ nickname: 'p5', points: 0 });
      seen.push(...body.ranking);
      page = body.next_page_token ? `&page_token=${encodeURIComponent(body.next_page_token)}` : '';
    } while (page);
    const ids = await Promise.all(['p1', 'p2', 'p3', 'p4'].map((name) => idOf(people[name] as Client)));
    expect(seen.slice(0, 4).map((entry) => entry.user_id)).toEqual(ids);
    expect(seen.slice(0, 4).map((entry) => entry.points)).toEqual([22, 10, 5, 5]);
    expect(seen.map((entry) => entry.rank)).toEqual(seen.map((_, index) => index + 1));
    expect(new Set(seen.map((entry) => entry.user_id)).size).toBe(seen.length);
    const mine = (await (people.p4 as Client).get('/api/v1/ranking?limit=1')).body;
    expect(mine.me).toMatchObject({ rank: 4, points: 5, user_id: ids[3] });
    expect((await (people.p4 as Client).get(`/api/v1/users/${ids[0]}`)).body).toMatchObject({ rank: 1, points: 22 });
  });

  test('SHOP-03 the ledger has every gain with its reason and the balance after it, newest first, page by page', async () => {
    const seen: { id: string; amount: number; balance: number; reason: string; kind: string; content_id: string; created_at: number }[] = [];
    let page = '';
    do {
      const { body } = await (people.p1 as Client).get(`/api/v1/me/points?limit=1${page}`);
      expect(body.points).toHaveLength(1);
      seen.push(...body.points);
      page = body.next_page_token ? `&page_token=${encodeURIComponent(body.next_page_token)}` : '';
    } while (page);
    expect(seen.map((entry) => [entry.amount, entry.balance])).toEqual([[7, 22], [10, 15], [5, 5]]);
    expect(seen.map((entry) => entry.reason).map((reason) => /Echo|A short quiz|One choice/.exec(reason)?.[0])).toEqual(['Echo', 'A short quiz', 'One choice']);
    expect(seen.every((entry) => entry.kind === 'reward' && /^\d+$/.test(entry.content_id))).toBe(true);
    expect([...seen].sort((a, b) => b.created_at - a.created_at)).toEqual(seen);
    expect((await (people.p1 as Client).get('/api/v1/me/points')).body).toEqual({ points: seen });
    expect((await (people.p5 as Client).get('/api/v1/me/points')).body).toEqual({ points: [] });
    expect(await world.server.command('ledger', 'check')).toMatch(/^the ledger balances/);
  });

  test('SHOP-03 ID-13 a page token of another list is refused, not misread', async () => {
    for (const path of ['/api/v1/me/points', '/api/v1/ranking'])
      for (const token of ['x', '-1', '1.2', '9'.repeat(30), '%00'])
        expect((await admin.get(`${path}?page_token=${token}`)).status, `${path} ${token}`).toBe(400);
  });
});

describe('API tokens', () => {
  let ben: Session;
  beforeAll(async () => {
    await world.user('ben');
    ben = await session('ben');
  });
  const make = (who: Session, body: object, headers = key()) => asked(who.json('POST', '/api/v1/tokens', body, headers));
  const listed = async (who: Session) => (await asked(who.json('GET', '/api/v1/tokens'))).body.tokens;

  test('ID-20 a token is shown once, does what its scopes say and nothing more', async () => {
    const made = await make(ben, { name: 'laptop', scopes: ['learn'] });
    expect(made.status).toBe(201);
    expect(made.body.token).toMatch(/^ly_pat_/);
    expect(made.body.scopes).toEqual(['learn']);
    const token = new Client(world.server.url, made.body.token);
    expect((await token.get('/api/v1/modules')).status).toBe(200);
    const refused = await token.get<Problem>('/api/v1/me');
    expect([refused.status, refused.body.reason]).toEqual([403, 'scope_missing']);
    const inList = (await listed(ben)).find((t: { id: string }) => t.id === made.body.id);
    expect(inList).toMatchObject({ name: 'laptop', scopes: ['learn'] });
    expect(JSON.stringify(await listed(ben))).not.toContain(made.body.token.slice(7, 20));
  });

  test('ID-20 without scopes it gets all that the user may; admin is for administrators, unknown ones for nobody', async () => {
    const all = await make(ben, { name: 'all' });
    expect(all.body.scopes).toEqual(['profile', 'learn', 'run', 'talk']);
    const admins = await session('root');
    expect((await make(admins, { name: 'all' })).body.scopes).toEqual(['profile', 'learn', 'run', 'talk', 'admin']);
    const forbidden = await make(ben, { name: 'x', scopes: ['admin'] });
    expect([forbidden.status, forbidden.body.field]).toEqual([403, 'scopes']);
    const unknown = await make(ben, { name: 'x', scopes: ['learn', 'everything'] });
    expect([unknown.status, unknown.body.field]).toEqual([400, 'scopes']);
    expect((await make(ben, { name: '', scopes: ['learn'] })).body.field).toBe('name');
    expect((await make(ben, { name: 'n'.repeat(61) })).body.field).toBe('name');
  });

  test('ID-20 the same Idempotency-Key makes one token; another body with it is 422', async () => {
    const headers = key();
    const first = await make(ben, { name: 'once' }, headers);
    expect(await make(ben, { name: 'once' }, headers)).toEqual(first);
    expect((await make(ben, { name: 'twice' }, headers)).status).toBe(422);
    expect((await listed(ben)).filter((t: { name: string }) => t.name === 'once')).toHaveLength(1);
  });

  test('ID-20 it expires when it says', async () => {
    expect((await make(ben, { name: 'old', expires_at: Date.now() - 1000 })).body.field).toBe('expires_at');
    const expires_at = Date.now() + 2000;
    const token = new Client(world.server.url, (await make(ben, { name: 'short', expires_at })).body.token);
    const works = await token.get('/api/v1/me');
    if (Date.now() < expires_at) expect(works.status).toBe(200);
    const refused = await until(async () => {
      const answer = await token.get<Problem>('/api/v1/me');
      return answer.status === 200 ? undefined : { status: answer.status, at: Date.now() };
    });
    expect(refused.status).toBe(401);
    expect(refused.at).toBeGreaterThanOrEqual(expires_at);
    expect(refused.at).toBeLessThan(expires_at + 2000);
  });

  test('ID-20 revoking works at once, by session or by a token with the scope', async () => {
    const made = await make(ben, { name: 'gone' });
    const token = new Client(world.server.url, made.body.token);
    expect((await token.get('/api/v1/me')).status).toBe(200); // now the server remembers it
    expect((await ben.json('DELETE', `/api/v1/tokens/${made.body.id}`)).status).toBe(204);
    expect((await token.get('/api/v1/me')).status).toBe(401);
    expect((await ben.json('DELETE', `/api/v1/tokens/${made.body.id}`)).status).toBe(404);
    const own = await make(ben, { name: 'own' });
    const client = new Client(world.server.url, own.body.token);
    expect((await client.delete(`/api/v1/tokens/${own.body.id}`)).status).toBe(204);
    expect((await client.get('/api/v1/me')).status).toBe(401);
  });

  test('ID-20 a token makes no tokens', async () => {
    const all = await world.token('ben');
    const before = (await listed(ben)).length;
    expect((await all.get('/api/v1/tokens')).status).toBe(200);
    const refused = await all.post<Problem>('/api/v1/tokens', { name: 'child' }, key());
    expect([refused.status, refused.body.reason]).toEqual([403, 'session_needed']);
    expect((await listed(ben)).length).toBe(before);
  });

  test("ID-20 other people's tokens do not exist", async () => {
    await world.user('kim');
    const kim = await session('kim');
    const made = await make(ben, { name: 'mine' });
    expect((await kim.json('DELETE', `/api/v1/tokens/${made.body.id}`)).status).toBe(404);
    expect(await listed(kim)).not.toContainEqual(expect.objectContaining({ id: made.body.id }));
    expect((await new Client(world.server.url, made.body.token).get('/api/v1/me')).status).toBe(200);
  });
});

describe('roles', () => {
  const path = (id: string, role: string) => `/api/v1/admin/users/${id}/roles/${role}`;

  test('ID-18 a grant works at once for who is signed in already, twice is once, and so is taking it away', async () => {
    const token = await world.user('eva');
    const eva = await session('eva');
    const id = await idOf(token);
    const roles = async () => (await asked(eva.json('GET', '/api/v1/me'))).body.roles;
    const may = async () => (await eva.json('GET', '/api/v1/admin/roles/administrator/users')).status;
    expect([await roles(), await may()]).toEqual([[], 403]);
    for (let twice = 0; twice < 2; ++twice) expect((await admin.put(path(id, 'administrator'), undefined)).status).toBe(204);
    expect([await roles(), await may()]).toEqual([['administrator'], 200]);
    expect((await token.get('/api/v1/me')).body.roles).toEqual(['administrator']);
    expect((await admin.get(`/api/v1/admin/users/${id}/roles`)).body.roles).toEqual(['administrator']);
    const holders = (await admin.get('/api/v1/admin/roles/administrator/users')).body.user_ids;
    expect(holders.filter((holder: string) => holder === id)).toHaveLength(1);

    const made = await asked(eva.json('POST', '/api/v1/tokens', { name: 'admin', scopes: ['admin'] }, key()));
    const powerful = new Client(world.server.url, made.body.token);
    expect((await powerful.get('/api/v1/admin/roles/administrator/users')).status).toBe(200);
    expect((await admin.delete(path(id, 'administrator'))).status).toBe(204);
    expect([await roles(), await may()]).toEqual([[], 403]);
    expect((await powerful.get('/api/v1/admin/roles/administrator/users')).status).toBe(403);
    expect((await admin.get('/api/v1/admin/roles/administrator/users')).body.user_ids).not.toContain(id);
  });

  test('ID-18 a token without the scope cannot, even of an administrator; nobody makes himself one', async () => {
    const id = await idOf(admin);
    const narrow = await world.token('root', 'profile,learn,run');
    expect((await narrow.get<Problem>(`/api/v1/admin/users/${id}/roles`)).body.reason).toBe('scope_missing');
    const gus = await world.user('gus');
    expect((await gus.put(path(await idOf(gus), 'administrator'), undefined)).status).toBe(403);
    expect((await (await session('gus')).json('PUT', path(await idOf(gus), 'administrator'))).status).toBe(403);
    const answer = await admin.put<Problem>(path(id, 'emperor'), undefined);
    expect([answer.status, answer.body.field]).toEqual([400, 'role']);
  });

  test('ID-18 the last administrator stays', async () => {
    const id = await idOf(admin);
    const refused = await admin.delete<Problem>(path(id, 'administrator'));
    expect([refused.status, refused.body.reason]).toEqual([409, 'last_administrator']);
    const other = await world.user('hal', 'administrator');
    expect((await admin.delete(path(id, 'administrator'))).status).toBe(204);
    expect((await admin.delete(path(await idOf(other), 'administrator'))).status).toBe(403); // no longer one
    expect((await other.put(path(id, 'administrator'), undefined)).status).toBe(204);
    expect((await other.delete(path(await idOf(other), 'administrator'))).status).toBe(204);
    expect((await admin.get('/api/v1/admin/roles/administrator/users')).body.user_ids).toEqual([id]);
  });

  test('ID-18 content creators and the others are no administrators', async () => {
    for (const role of ['user_moderator', 'server_moderator', 'content_creator', 'assessment_creator']) {
      const client = await world.user(`r-${role.replaceAll('_', '-')}`, role);
      expect((await client.get('/api/v1/me')).body.roles).toEqual([role]);
      expect((await client.get('/api/v1/admin/roles/administrator/users')).status).toBe(403);
    }
  });
});

describe('mails', () => {
  // The first mail to this address, once it has left the queue.
  const sent = (who: Client, to: string) =>
    until(async () => (await who.get(`/api/v1/admin/mails?to=${to}`)).body.mails.find((m: { status: string }) => m.status === 'kept'));

  test('MAIL-02 mails are for administrators with the scope, and open to anyone only with --demo on loopback', async () => {
    const guest = world.guest();
    await guest.post('/api/v1/sign-up', { email: 'ian@example.org', password, name: 'Ian' });
    const mail = await sent(admin, 'ian@example.org');
    expect(mail).not.toHaveProperty('text');
    expect((await admin.get(`/api/v1/admin/mails/${mail.id}`)).body.text).toContain('/confirm?token=');
    const bob = await world.user('mailless');
    const narrow = await world.token('root', 'profile');
    for (const path of ['/api/v1/admin/mails', `/api/v1/admin/mails/${mail.id}`]) {
      expect((await guest.get(path)).status).toBe(401);
      expect((await bob.get(path)).status).toBe(403);
      expect((await narrow.get(path)).status).toBe(403);
    }
    expect((await guest.get('/api/v1/mailbox')).body).toEqual({ open: false });
  });

  test('MAIL-02 with --demo on loopback the mailbox is open', async () => {
    const demo = await World.start({ demo: true });
    try {
      const guest = demo.guest();
      expect((await guest.get('/api/v1/mailbox')).body).toEqual({ open: true });
      expect((await guest.post('/api/v1/sign-up', { email: 'liz@example.org', password })).status).toBe(202);
      const mail = await sent(guest, 'liz@example.org');
      expect((await guest.get(`/api/v1/admin/mails/${mail.id}`)).body.html).toContain('/confirm?token=');
      expect((await guest.get('/api/v1/admin/roles/administrator/users')).status).toBe(401); // that alone
    } finally {
      await demo.stop();
    }
  });

  test('MAIL-02 with --demo and an SMTP server the mailbox is closed', async () => {
    const demo = await World.start({ demo: true, settings: ['--mailer.smtp_url=smtp://127.0.0.1:9'] });
    try {
      expect((await demo.guest().get('/api/v1/mailbox')).body).toEqual({ open: false });
      expect((await demo.guest().get('/api/v1/admin/mails')).status).toBe(401);
    } finally {
      await demo.stop();
    }
  });

  test('MAIL-02 with --demo on every address of the machine it stays closed', async () => {
    const port = await freePort();
    const demo = await World.start({ demo: true, listen: `0.0.0.0:${port}`, settings: ['--public-url=https://lyceum.example'] });
    try {
      const guest = new Client(`http://127.0.0.1:${port}`);
      expect((await guest.get('/healthz')).status).toBe(200);
      expect((await guest.get('/api/v1/admin/mails')).status).toBe(401);
      expect((await guest.get('/api/v1/mailbox')).body).toEqual({ open: false });
    } finally {
      await demo.stop();
    }
  });
});
