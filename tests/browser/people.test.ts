// What a person is here: profile, public profile, ranking, points, API tokens.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import { Client, until } from '../lib/client.ts';
import { pictures } from '../lib/pictures.ts';
import { key, places, right, World } from '../lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

async function earn(client: Client, what: 'choice' | 'quiz'): Promise<void> {
  const where = await places(client);
  const before = (await client.get('/api/v1/me')).body.points.earned;
  await client.post(`/api/v1/components/${where[what]?.componentId}/submissions`, right[what], key());
  await until(async () => ((await client.get('/api/v1/me')).body.points.earned > before ? true : undefined));
}

test('ID-10 one edits names and preferences; they hold after a reload', async () => {
  const client = await world.user('ann');
  const who = await visit();
  await who.signIn('ann', '/profile');
  await who.see(who.heading('Profile'));
  await who.page.getByLabel('First name').fill('Änne');
  await who.page.getByLabel('Nickname').fill('   ');
  await who.button('Save').first().click();
  expect(await who.page.getByLabel('Nickname').getAttribute('aria-invalid')).toBe('true');
  await who.page.getByLabel('Nickname').fill('Anni');
  await who.button('Save').first().click();
  await until(async () => {
    const me = (await client.get('/api/v1/me')).body;
    return me.nickname === 'Anni' && me.first_name === 'Änne' ? true : undefined;
  });
  await who.look('profile');
  await who.page.reload();
  await who.settled();
  expect(await who.page.getByLabel('Nickname').inputValue()).toBe('Anni');
  expect(await who.page.getByLabel('First name').inputValue()).toBe('Änne');
});

test('ID-10 a picture is chosen, shown, and taken away; a file that is none is refused in words', async () => {
  const client = await world.user('bea');
  const who = await visit();
  await who.signIn('bea', '/profile');
  const chooser = who.page.locator('input[type=file]');
  await chooser.setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('these are notes') });
  await who.see('This is no PNG, JPEG or WebP picture.');
  await chooser.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(pictures.png, 'base64') });
  await who.button('Use this picture').click();
  const url = await until(async () => (await client.get('/api/v1/me')).body.picture_url as string | undefined);
  await who.see(who.page.locator(`img[src="${url}"]`));
  await who.look('profile-picture');
  await who.button('Remove the picture').click();
  await until(async () => ((await client.get('/api/v1/me')).body.picture_url === undefined ? true : undefined));
});

test('ID-12 ID-13 SHOP-03 ranking, public profile and ledger', async () => {
  const cat = await world.user('cat');
  const dan = await world.user('dan');
  await earn(cat, 'quiz');
  await earn(cat, 'choice');
  await earn(dan, 'choice');
  const who = await visit();
  await who.signIn('dan', '/ranking');
  const rows = who.page.getByRole('row');
  await who.see(rows.filter({ hasText: 'cat' }));
  expect(await rows.nth(1).innerText()).toMatch(/1[\s\S]*cat[\s\S]*15/);
  expect(await rows.nth(2).innerText()).toMatch(/2[\s\S]*dan[\s\S]*5/);
  await who.see(rows.nth(2).getByText('You'));
  await who.look('ranking');
  await who.link('cat').click();
  await who.see(who.heading('cat'));
  await who.see(/15/);
  await who.look('public-profile');
  expect(await who.page.getByText('cat@example.org').count()).toBe(0);
  await who.go('/points');
  await who.see(who.page.getByRole('cell', { name: /One choice/ }));
  await who.see(who.page.getByRole('cell', { name: '+5' }));
  await who.look('points');
});

test('ID-20 a token is made, shown once, works, and is revoked', async () => {
  await world.account('eli');
  const who = await visit();
  await who.signIn('eli', '/tokens');
  await who.see(who.heading('No tokens'));
  await who.look('tokens-none');
  await who.button('New token').click();
  await who.page.getByLabel(/^Name/).fill('laptop');
  for (const scope of ['Learn', 'Run']) {
    const box = who.page.getByRole('checkbox', { name: new RegExp(`^${scope}`) });
    if (await box.isChecked()) await box.uncheck();
  }
  await who.page.getByRole('checkbox', { name: /^Profile/ }).check();
  expect(await who.page.getByRole('checkbox', { name: /^Admin/ }).count()).toBe(0); // not to be had
  await who.look('tokens-new');
  await who.button('Make the token').click();
  await who.see('Copy it now: it is never shown again.');
  await who.look('tokens-made');
  const token = await (await who.see(/ly_pat_[\w-]+/)).innerText();
  await who.button('Copy the token').click();
  expect(await who.page.evaluate(() => navigator.clipboard.readText())).toBe(token.trim());
  const program = new Client(world.server.url, token.trim());
  expect((await program.get('/api/v1/me')).status).toBe(200);
  expect((await program.get('/api/v1/modules')).status).toBe(403);
  await who.button('I have it').click();
  await who.see(who.page.getByRole('row', { name: /laptop/ }).or(who.page.getByRole('listitem').filter({ hasText: 'laptop' })));
  expect(await who.page.content()).not.toContain(token.trim());
  await who.look('tokens');
  await who.button('Revoke laptop').click();
  await who.see('Revoke “laptop”?');
  await who.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await who.see(who.heading('No tokens'));
  expect((await program.get('/api/v1/me')).status).toBe(401);
});
