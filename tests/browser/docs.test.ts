// The page at /docs: every call can be read and tried.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import { World } from '../lib/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

test('PLAT-12 every call is listed, found by its words, and opened by its address', async () => {
  const who = await visit();
  await who.page.goto('/docs');
  await who.see(who.heading(/Lyceum.* API/));
  const { paths } = (await world.guest().get('/api/openapi.json')).body;
  const count = Object.values(paths).reduce<number>((sum, methods) => sum + Object.keys(methods as object).length, 0);
  expect(await who.page.locator('details.call').count()).toBe(count);
  await who.look('docs');
  await who.page.keyboard.press('/');
  await who.page.keyboard.type('ranking');
  await expect.poll(() => who.page.locator('details.call:visible').count()).toBeLessThan(5);
  await who.page.locator('details.call:visible summary').first().click();
  await who.page.waitForURL(/#/);
  const address = who.page.url();
  await who.page.goto('about:blank');
  await who.page.goto(address);
  await who.see(who.page.locator('details.call[open]').getByText('/api/v1/ranking'));
});

test('PLAT-12 a call is tried as a guest, with a token, and as a stream', async () => {
  const client = await world.user('dora');
  const who = await visit();
  who.allow(/^401 GET \/api\/v1\/me$/);
  await who.page.goto('/docs');
  await who.see(who.page.getByRole('status').filter({ hasText: 'guest' }));
  const call = (path: string) => who.page.locator('details.call').filter({ hasText: path });
  const languages = call('/api/v1/languages');
  await languages.locator('summary').first().click();
  await languages.getByRole('button', { name: 'Send' }).click();
  await who.see(languages.getByText(/200 OK/));
  await who.see(languages.getByText(/"bash"/));
  await who.page.locator('#token').fill(client.bearer.slice('Bearer '.length));
  await who.page.locator('#token').press('Tab');
  await who.see(who.page.getByRole('status').filter({ hasText: 'dora (token)' }));
  const runs = call('/api/v1/runs');
  await runs.locator('summary').first().click();
  await runs.getByRole('button', { name: 'Send' }).click();
  await who.see(runs.getByText(/200 OK/));
  await runs.getByLabel('As a stream').check();
  await runs.getByRole('button', { name: 'Send' }).click();
  await who.see(runs.getByText('The stream has ended.'));
  for (const event of ['compile', 'test', 'done']) await who.see(runs.locator('.event .chip', { hasText: event }));
  await who.look('docs-tried');
  const command = runs.getByRole('button', { name: /curl/ });
  await command.click();
  const copied = await who.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('/api/v1/runs');
  expect(copied).toContain('$TOKEN');
  expect(copied).not.toContain('ly_pat_');
});
