// What administrators have: mails and roles.
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
  for (const page of ['mails', 'roles']) {
    await (page === 'mails' ? who.signIn('quin', '/admin/mails') : who.go('/admin/roles'));
    await who.see('You may not see this');
    await who.look(`forbidden-${page}`);
  }
});
