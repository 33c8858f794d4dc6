// The problem page of exercises with groups, a checker and an interactor.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import { judgedCourse, type Place, places, World } from '../lib/world.ts';

let world: World;
let where: Record<string, Place>;

beforeAll(async () => {
  world = await World.start();
  await world.server.command('content', 'import', judgedCourse);
  where = await places(await world.user('setter'), 'judged');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);
const at = (name: string) => `/learn/contents/${where[name]?.contentId}`;
const solution = (path: string) => readFile(join(judgedCourse, path, 'main.sh'), 'utf8');

test('SUB-01 SUB-04 each group shows its verdict, its score and its tests; the judge is heard', async () => {
  await world.user('pia');
  const who = await visit();
  await who.signIn('pia', at('pairs'));
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.sh' }));
  const group = (name: string) => who.page.getByRole('region', { name });
  await who.write('echo 1 1\n');
  await who.page.keyboard.press("Control+'");
  await who.see('0 of 1 passed');
  await who.see('Their sum is 2.');
  expect(await group('Up to a hundred').getByText('Five').count()).toBe(1);
  expect(await group('Up to a million').count()).toBe(0); // a try has the visible tests alone
  expect(await who.page.getByText(/score/).count()).toBe(0);

  await who.write(await solution('pairs/solutions/small'));
  await who.page.keyboard.press('Control+Enter');
  await who.see(/3 of 4 passed · score 70 of 100/);
  await who.see(group('Up to a hundred').getByText('score 40 of 40'));
  await who.see(group('Up to a million').getByText('score 30 of 60'));
  await who.see(group('Up to a million').getByText('A million'));
  await who.look('groups', { small: false });

  await who.write(await solution('pairs/solutions/right'));
  await who.page.keyboard.press('Control+Enter');
  await who.see('+10 points');
  await who.see(/score 100 of 100/);
  // By the keyboard: a test of a group unfolds and shows what the judge said.
  await group('Up to a hundred').getByRole('button', { name: /Five/ }).focus();
  await who.page.keyboard.press('Enter');
  await who.see('Their sum is 5.');
  await who.look('groups-right', { small: false });
  expect(await who.page.getByText(/SECRET/).count()).toBe(0);

  // From the history it comes back as it was.
  await who.page.reload();
  await who.page.getByRole('tab', { name: /History/ }).click();
  await who.button('See').last().click();
  await who.see(group('Up to a million').getByText('score 30 of 60'));
});

test('WEB groups on a phone, in French', async () => {
  await world.user('quy');
  const who = await visit({ phone: true });
  await who.signIn('quy', '/profile');
  await who.page.getByLabel('Language').selectOption('fr');
  await expect.poll(() => who.page.locator('html').getAttribute('lang')).toBe('fr');
  await who.go(at('pairs'));
  await who.page.getByRole('tab', { name: 'Éditeur' }).click();
  await who.write(await solution('pairs/solutions/wrong'));
  await who.button('Soumettre').click();
  await who.see(/score 0 sur 100/);
  await who.see(who.page.getByRole('region', { name: 'Up to a million' }).getByText('Sauté').first());
  await who.fitsWidth('groups');
  await who.shot('groups-phone-french');
});

test('SUB-01 an exercise that talks says so, and how to flush', async () => {
  await world.user('ria');
  const who = await visit();
  await who.signIn('ria', at('guess'));
  const note = who.page.getByRole('complementary', { name: 'Your program talks with a judge' });
  await who.see(note);
  expect(await note.getByText('flush=True').count()).toBe(0); // Bash needs nothing
  await who.page.getByLabel('Language', { exact: true }).selectOption('python');
  await who.see(note.getByText('print(…, flush=True)'));
  await who.look('interactive');
  await who.page.getByLabel('Language', { exact: true }).selectOption('bash');
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.sh' }));
  await who.write(await solution('guess/solutions/silent'));
  await who.page.keyboard.press("Control+'");
  await who.see('Took too long');
  await who.see(/waited for each other/);
  await who.see('What the judge was given');
  await who.look('interactive-waits', { small: false });
  await who.page.getByRole('tab', { name: 'Own input' }).click();
  await who.see(/runs without the judge/);
  await who.write(await solution('guess/solutions/right'));
  await who.page.keyboard.press('Control+Enter');
  await who.see('+10 points');
});
