// Talk over a server that is killed: nothing is lost, nothing comes twice, and the order is one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import type { Client } from '../lib/client.ts';
import { freePort } from '../lib/server.ts';
import { World } from '../lib/world.ts';
import { box, list, message, place, write } from './talk.ts';

let world: World;
let listen: string;
let ann: Client;
let bob: Client;
const settings = ['--messages.throttle_count=0'];

beforeAll(async () => {
  listen = `127.0.0.1:${await freePort()}`; // the same after its restart
  world = await World.start({ listen, settings });
  ann = await world.user('ann');
  bob = await world.user('bob');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

const texts = (who: Visitor): Promise<string[]> =>
  list(who).evaluate((element) => [...element.querySelectorAll('article p')].map((each) => each.textContent ?? ''));

test('CHA-03 CHA-04 CHA-05 WEB after a kill both have every message once and in order, and go on live', async () => {
  const where = await place('Killed', ann, bob);
  const [a, b] = [await visit(), await visit()];
  // What the browser says while there is no server.
  for (const who of [a, b]) who.allow(/WebSocket/, /ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/);
  await a.signIn('ann', where.path);
  await b.signIn('bob', where.path);
  for (let i = 0; i < 5; i += 1) {
    await write(a, `ann ${i}`);
    await write(b, `bob ${i}`);
  }
  for (const who of [a, b]) await expect.poll(async () => (await texts(who)).length).toBe(10);
  await world.server.kill();
  for (const who of [a, b]) await who.see(/^Connecting again/);
  await write(a, 'ann while it was gone');
  await write(b, 'bob while it was gone');
  await world.restart();
  for (const who of [a, b]) {
    await who.see(message(who, 'ann while it was gone'));
    await who.see(message(who, 'bob while it was gone'));
  }
  const stored = async (): Promise<string[]> =>
    (await ann.get(`/api/v1/channels/${where.channelId}/messages`)).body.messages.map((each: { content: string }) => each.content).reverse();
  await expect.poll(async () => (await stored()).length, { timeout: 60_000 }).toBe(12);
  for (const who of [a, b]) await expect.poll(() => texts(who), { timeout: 60_000 }).toEqual(await stored());
  // And it goes on live: a word, a change and a deletion reach the other.
  await write(a, 'after all');
  await b.see(message(b, 'after all'));
  await box(a).press('ArrowUp');
  const edit = a.page.getByRole('textbox', { name: 'Edit your message' });
  await edit.fill('after everything');
  await edit.press('Enter');
  await b.see(message(b, /after everything.*\(edited\)/));
  await message(b, 'bob 0').hover();
  await b.button('Delete').click();
  await b.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await message(a, 'bob 0').waitFor({ state: 'detached' });
  expect(await texts(a)).toEqual(await texts(b));
});
