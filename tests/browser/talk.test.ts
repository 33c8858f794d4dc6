// Talk: two people in two browsers, on one server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import type { Client } from '../lib/client.ts';
import { englishMarkers, stillEnglish } from '../lib/languages.ts';
import { World } from '../lib/world.ts';
import { box, message, type Place, place, say, write } from './talk.ts';

let world: World;
let ann: Client;
let bob: Client;

beforeAll(async () => {
  world = await World.start();
  ann = await world.user('ann');
  bob = await world.user('bob');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

const meet = (name: string): Promise<Place> => place(name, ann, bob);

test('SRV-01 SRV-04 SRV-05 SRV-06 a server is made, found, joined and left', async () => {
  await world.account('cleo');
  const owner = await visit();
  await owner.signIn('ann', '/talk/discover');
  await owner.button('Create a server').first().click();
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  expect(await owner.page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe('true');
  await owner.page.getByRole('textbox', { name: 'Name' }).fill('Compilers');
  await owner.page.getByRole('textbox', { name: 'Description' }).fill('Parsing and after');
  await owner.page.getByRole('checkbox', { name: /^Public/ }).check();
  await owner.look('talk-create', { small: false });
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await owner.see(owner.heading('general'));
  await owner.look('talk-empty-channel');
  await owner.button('Menu of Compilers').click();
  await owner.page.getByRole('menuitem', { name: 'Create a channel' }).click();
  await owner.page.getByRole('textbox', { name: 'Name' }).fill('homework');
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await owner.see(owner.heading('homework'));

  const guest = await visit();
  await guest.signIn('cleo', '/talk');
  await guest.see(guest.heading('You are in no server yet'));
  await guest.look('talk-none');
  await guest.link('Discover servers').last().click();
  await guest.page.getByRole('searchbox', { name: 'Search servers' }).fill('pars');
  await guest.page.waitForURL(/q=pars/);
  await guest.see(guest.page.getByRole('status').filter({ hasText: '1 server' }));
  await guest.look('talk-discover');
  await guest.button('Join Compilers').click();
  await guest.see(guest.heading('general'));
  await write(guest, 'Hello, all');
  await owner.link('general, unread messages').click();
  await owner.see(message(owner, 'Hello, all'));
  await guest.button('Menu of Compilers').click();
  await guest.page.getByRole('menuitem', { name: 'Leave the server' }).click();
  await guest.see('Leave “Compilers”?');
  await guest.page.getByRole('dialog').getByRole('button', { name: 'Leave the server' }).click();
  await guest.see(guest.heading('Discover servers'));
  await expect.poll(() => guest.link('Compilers').count()).toBe(0);
});

test('CHA-03 CHA-04 CHA-05 WEB what one writes, changes and deletes, the other sees at once', async () => {
  const where = await meet('Live');
  const [a, b] = [await visit(), await visit()];
  await a.signIn('ann', where.path);
  await b.signIn('bob', where.path);
  await b.see(box(b));
  await write(a, 'A **bold** word\n\n```python\nprint(1)\n```');
  await b.see(message(b, 'bold'));
  expect(await message(b, 'bold').locator('strong').innerText()).toBe('bold');
  await write(b, 'An answer');
  await a.see(message(a, 'An answer'));
  // What comes while one looks is not marked as new.
  expect(await a.page.getByText('New', { exact: true }).count()).toBe(0);
  await a.look('talk-channel');
  await box(a).press('ArrowUp');
  const edit = a.page.getByRole('textbox', { name: 'Edit your message' });
  await edit.fill('thrown away');
  await edit.press('Escape');
  await box(a).press('ArrowUp');
  await edit.fill('Another word');
  await edit.press('Enter');
  await b.see(message(b, /Another word.*\(edited\)/));
  expect(await b.page.getByText('thrown away').count()).toBe(0);
  await message(a, 'Another word').hover();
  await a.button('Delete').click();
  await a.see(a.page.getByRole('dialog').getByText('Another word'));
  await a.look('talk-delete', { small: false });
  await a.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await message(b, 'Another word').waitFor({ state: 'detached' });
  expect(await message(a, 'Another word').count()).toBe(0);
  // Somebody else's is not one's own to change.
  await message(a, 'An answer').hover();
  await a.see(a.button('Copy the text'));
  expect(await a.button('Edit').count()).toBe(0);
});

test('WEB unread marks: on the channel, the server and Talk, from any page; gone when seen, also after a reload', async () => {
  const where = await meet('Unread');
  const a = await visit();
  await a.signIn('ann', '/talk/discover');
  await say(bob, where, 'Did you see this?');
  await a.see(a.link('Unread, unread messages'));
  await a.go('/learn');
  await a.see(a.page.getByRole('img', { name: 'Unread messages' }));
  await a.go(where.path);
  await a.see(message(a, 'Did you see this?'));
  await expect.poll(async () => a.page.getByRole('link', { name: 'general', exact: true }).count()).toBe(1);
  await a.page.reload();
  await a.see(message(a, 'Did you see this?'));
  await expect.poll(async () => a.page.getByRole('link', { name: 'general', exact: true }).count()).toBe(1);
});

test('WEB a draft is kept for each channel over a reload, and its length is told near the limit', async () => {
  const where = await meet('Drafts');
  const a = await visit();
  await a.signIn('ann', where.path);
  await box(a).fill('half a sent');
  await a.page.reload();
  await expect.poll(() => box(a).inputValue()).toBe('half a sent');
  await box(a).fill('x'.repeat(1990));
  await a.see('10 characters left');
  await box(a).fill('x'.repeat(2003));
  await a.see('3 characters too many');
  expect(await a.button('Send').isDisabled()).toBe(true);
});

test('WEB offline one goes on writing: it goes out once, and what was missed is there', async () => {
  const where = await meet('Offline');
  const [a, b] = [await visit(), await visit()];
  a.allow(/ERR_INTERNET_DISCONNECTED/, /WebSocket/);
  await a.signIn('ann', where.path);
  await b.signIn('bob', where.path);
  await write(a, 'before');
  await b.see(message(b, 'before'));
  await a.setOffline(true);
  await a.see(/You are offline/);
  await write(a, 'written offline');
  await a.see('Waits for the connection');
  await a.look('talk-offline', { small: false });
  await write(b, 'said meanwhile');
  await a.setOffline(false);
  await b.see(message(b, 'written offline'));
  await a.see(message(a, 'said meanwhile'));
  await a.page.getByText(/You are offline/).waitFor({ state: 'detached' });
  for (const who of [a, b]) expect(await message(who, 'written offline').count()).toBe(1);
});

test('CHA-03 WEB too many at once: it is said when it goes on, and all arrive, once and in order', async () => {
  const where = await meet('Quick');
  const a = await visit();
  a.allow(/^429 POST /);
  await a.signIn('ann', where.path);
  for (let i = 0; i < 12; i += 1) await write(a, `quick ${i};`);
  await a.see(/Too many at once: goes out in/);
  await a.look('talk-slow', { small: false });
  await expect.poll(async () => (await ann.get(`/api/v1/channels/${where.channelId}/messages`)).body.messages.length, { timeout: 30_000 }).toBe(12);
  const { messages } = (await ann.get(`/api/v1/channels/${where.channelId}/messages`)).body;
  expect(messages.reverse().map((each: { content: string }) => each.content)).toEqual(Array.from({ length: 12 }, (_, i) => `quick ${i};`));
});

test('WEB by keyboard alone: through the messages, to their tools, and back to writing', async () => {
  const where = await meet('Keys');
  await say(ann, where, 'first of all');
  await say(ann, where, 'second of all');
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(message(a, 'second of all'));
  await a.page.locator('body').press('h'); // typed with the focus nowhere
  await expect.poll(() => box(a).inputValue()).toBe('h');
  await box(a).fill('');
  await a.page.keyboard.press('Shift+Tab');
  const focused = () => a.page.evaluate(() => document.activeElement?.textContent ?? '');
  await expect.poll(focused).toContain('second of all');
  await a.page.keyboard.press('ArrowUp');
  await expect.poll(focused).toContain('first of all');
  for (let i = 0; i < 3; i += 1) await a.page.keyboard.press('Tab');
  await a.page.keyboard.press('Enter');
  await a.see(a.page.getByRole('dialog').getByText('first of all'));
  await a.page.keyboard.press('Enter');
  await message(a, 'first of all').waitFor({ state: 'detached' });
  await expect.poll(() => box(a).evaluate((element) => element === document.activeElement)).toBe(true);
});

test('WEB Ctrl-K finds servers and channels', async () => {
  const where = await meet('Findable');
  const a = await visit();
  await a.signIn('ann', '/talk/discover');
  await a.see(a.link('Findable'));
  await a.page.keyboard.press('Control+k');
  await a.page.getByRole('combobox').fill('general find');
  await a.page.keyboard.press('Enter');
  await a.page.waitForURL(new RegExp(`${where.path}$`));
});

test('WEB on a phone one pane at a time, with a way back; members over it', async () => {
  const where = await meet('Pocket');
  await say(bob, where, 'small talk');
  const a = await visit({ phone: true });
  await a.signIn('ann', where.path);
  await a.see(message(a, 'small talk'));
  await a.fitsWidth('talk on a phone');
  expect(await a.page.getByRole('navigation', { name: 'Servers' }).isVisible()).toBe(false);
  await a.button('Show the members').click();
  await a.see(a.page.getByRole('complementary', { name: 'Members' }).getByText('bob'));
  await a.shot('talk-members-phone');
  await a.button('Hide the members').last().click();
  await a.link('Back to the channels').click();
  await a.see(a.page.getByRole('heading', { level: 1, name: 'Pocket' }));
  await a.shot('talk-channels-phone');
  await a.fitsWidth('channels on a phone');
  await a.link('general').click();
  await a.see(message(a, 'small talk'));
});

test('WEB French: nothing of Talk stays English', async () => {
  const markers = await englishMarkers();
  const fay = await world.user('fay');
  await fay.patch('/api/v1/me', { preferences: { locale: 'fr' } });
  const where = await place('Français', ann, bob, fay);
  await say(bob, where, 'Bonjour');
  const f = await visit();
  await f.signIn('fay', where.path);
  await f.see(message(f, 'Bonjour'));
  await expect.poll(() => f.page.locator('html').getAttribute('lang')).toBe('fr');
  expect.soft(await stillEnglish(f.page, markers), 'channel').toEqual([]);
  await f.go('/talk/discover');
  await f.see(f.heading('Découvrir des serveurs'));
  expect.soft(await stillEnglish(f.page, markers), 'discover').toEqual([]);
});
