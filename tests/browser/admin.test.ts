// What administrators have: mails, roles and the runner.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import { until } from '../lib/client.ts';
import { password, World } from '../lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.user('root', 'administrator');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

test('MAIL-02 an administrator reads the mails, as text and as they look', async () => {
  await world.guest().post('/api/v1/sign-up', { email: 'new@example.org', password, name: 'New' });
  const who = await visit();
  await who.signIn('root', '/admin/mails');
  await until(async () => {
    await who.page.reload();
    await who.settled();
    return (await who.page.getByText('new@example.org').count()) > 0 ? true : undefined;
  });
  await who.page.getByText('Confirm your e-mail address').first().click();
  await who.see(/Please confirm that this address is yours/);
  await who.see(who.page.getByRole('link', { name: 'Open the link of this mail' }));
  await who.look('mail');
  await who.page.getByRole('tab', { name: 'As it looks' }).or(who.page.getByText('As it looks', { exact: true })).first().click();
  const frame = who.page.frameLocator('iframe[title="The mail as it looks"]');
  await frame.getByRole('paragraph').filter({ hasText: 'Please confirm that this address is yours' }).waitFor();
  await who.look('mail-html');
  await who.page.reload(); // its address is kept
  await who.see(/Please confirm that this address is yours/);
});

test('ID-18 an administrator grants and removes a role; it works at once for who is signed in', async () => {
  const other = await world.user('pia');
  const id = (await other.get('/api/v1/me')).body.id;
  const pia = await visit();
  await pia.signIn('pia', '/');
  expect(await pia.link('Mails').count()).toBe(0);
  const who = await visit();
  await who.signIn('root', '/admin/roles');
  await who.see(who.heading('Roles'));
  await who.page.getByLabel(/^User id/).fill('nobody');
  await who.button('Grant the role').click();
  await who.see('A user id is a number.');
  await who.page.getByLabel(/^User id/).fill(id);
  await who.button('Grant the role').click();
  await who.see(who.page.getByText('pia', { exact: true }));
  await who.look('roles');
  await pia.page.reload();
  await pia.see(pia.link('Mails'));
  await who.button('Remove the role from pia').click();
  await who.see(/Take “Administrator” from pia\?/);
  await who.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await who.page.getByRole('button', { name: 'Remove the role from pia' }).waitFor({ state: 'detached' });
  await pia.page.reload();
  await pia.settled();
  expect(await pia.link('Mails').count()).toBe(0);
  who.allow(/^409 DELETE \/api\/v1\/admin\/users\/\d+\/roles\/administrator$/);
  await who.button('Remove the role from root').click();
  await who.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await who.see('This is the last administrator. Make another one first.');
});

test('ID-18 others are told that these pages are not for them', async () => {
  await world.user('quin');
  const who = await visit();
  who.allow(/^403 GET \/api\/v1\/admin\//);
  for (const page of ['mails', 'roles', 'runner']) {
    await (page === 'mails' ? who.signIn('quin', '/admin/mails') : who.go(`/admin/${page}`));
    await who.see('You may not see this');
    await who.look(`forbidden-${page}`);
  }
});

const program = (text: string, tests = 1) => ({
  language: 'bash',
  files: [{ path: 'main.sh', content: text }],
  tests: Array.from({ length: tests }, (_, i) => ({ id: `${i + 1}`, expected: 'right' })),
  limits: { wall_ms: 30_000 },
});

test('ADM-03 an administrator watches the runner: slots, queue, cache and runs move by themselves', async () => {
  const rita = await world.user('rita');
  const who = await visit();
  await who.signIn('root', '/');
  await who.button('Your account').click();
  await who.page.getByRole('menuitem', { name: 'Runner' }).click();
  await who.see(who.heading('Runner'));
  await who.see('Nothing has run yet');
  await who.see('Nothing waits');
  await who.look('runner-empty');
  const slow = rita.post('/api/v1/runs', program('sleep 3; echo right', 4));
  const row = who.page.getByRole('row', { name: /rita/ });
  await row.getByText('Running').waitFor();
  await who.see(row.getByRole('progressbar'));
  await who.look('runner-running');
  await slow;
  await row.getByText('Accepted').waitFor();
  await who.see(row.getByText('4 / 4'));
  expect(await row.getByRole('progressbar').count()).toBe(0);
  await rita.post('/api/v1/runs', program('echo wrong'));
  await who.page.getByRole('row', { name: /Wrong answer/ }).waitFor();
  await who.see('Sandbox works');
  await who.look('runner');
  await who.page.getByRole('region', { name: 'Recent runs' }).focus(); // it can be scrolled by keys
  await row.getByRole('link', { name: 'rita' }).first().click();
  await who.see(who.heading('rita'));
});

test('ADM-03 where no sandbox can be had the page says what to do', async () => {
  const who = await visit();
  await who.page.route('**/api/v1/admin/runner', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `event: state\ndata: ${JSON.stringify({
        sandbox: { status: 'unavailable', message: 'programs cannot be run here at the moment: there is no sandbox at data/sandbox.sock. Start it with: sudo lyceum sandbox --socket data/sandbox.sock --user $USER' },
        slots: [{ number: 1, busy: false }, { number: 2, busy: false }],
        queues: ['try', 'judge', 'rejudge'].map((priority) => ({ priority, waiting: 0 })),
        cache: { bytes: 0, bytes_max: 67_108_864, programs: 0, hits: 0, misses: 0 },
        runs: [],
      })}\n\n`,
    }),
  );
  await who.signIn('root', '/admin/runner');
  await who.see(who.heading('Programs cannot be run'));
  await who.see(/sudo lyceum sandbox --socket/);
  await who.see(who.page.getByText('lyceum doctor'));
  await who.look('runner-broken');
});

test('ADM-03 a broken connection is told, what was known stays, and it goes on by itself', async () => {
  const who = await visit();
  who.allow(/admin\/runner/, /^net::ERR_/, /^console: /);
  await who.signIn('root', '/admin/runner');
  await who.see('Sandbox works');
  await who.page.route('**/api/v1/admin/runner', (route) => route.abort('connectionfailed'));
  await who.page.reload(); // nothing is known yet: the error is the page
  await who.see(who.button('Try again'));
  await who.look('runner-error');
  await who.page.unroute('**/api/v1/admin/runner');
  await who.button('Try again').click();
  await who.see('Sandbox works');
});

test('ADM-03 WEB in French the runner is French', async () => {
  const remy = await world.user('remy', 'administrator');
  await remy.patch('/api/v1/me', { preferences: { locale: 'fr' } });
  const who = await visit();
  await who.signIn('remy', '/admin/runner');
  await who.see(who.heading('Exécuteur'));
  await who.see('Exécutions récentes');
  await who.see('Bac à sable en marche');
  await who.look('runner-french');
});
