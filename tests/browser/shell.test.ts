// What every page has: keyboard, palette, shortcuts, themes, languages, and what is shown when something is wrong.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import { englishMarkers, stillEnglish } from '../lib/languages.ts';
import { type Place, places, World } from '../lib/world.ts';

let world: World;
let where: Record<string, Place>;
let top: string;

beforeAll(async () => {
  world = await World.start({ demo: true });
  const client = await world.user('root', 'administrator');
  where = await places(client);
  top = where.sum?.content.crumbs[0].module_id;
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

const everyPage = (): [string, string][] => [
  ['home', '/'], ['catalogue', '/learn'], ['course', `/learn/modules/${top}`],
  ['lesson', `/learn/contents/${where.read?.contentId}`], ['mcq', `/learn/contents/${where.choice?.contentId}`],
  ['quiz', `/learn/contents/${where.quiz?.contentId}`], ['problem', `/learn/contents/${where.sum?.contentId}`],
  ['profile', '/profile'], ['ranking', '/ranking'], ['points', '/points'], ['tokens', '/tokens'], ['mails', '/admin/mails'], ['roles', '/admin/roles'], ['runner', '/admin/runner'],
  ['not-found', '/nonsense'],
];

test('WEB no page scrolls to the side on a phone, is without one h1, or fails axe in either theme: guest', async () => {
  const who = await visit();
  who.allow(/^401 GET \/api\/v1\//);
  for (const [name, path] of [['home', '/'], ['catalogue', '/learn'], ['course', `/learn/modules/${top}`], ['sign-up', '/sign-up'], ['forgot', '/forgot'], ['reset', '/reset?token=x'], ['problem', `/learn/contents/${where.sum?.contentId}`], ['not-found', '/nonsense']] as const) {
    await who.go(path);
    await who.look(`guest-${name}`);
  }
}, 300_000);

test('WEB no page scrolls to the side on a phone, is without one h1, or fails axe in either theme: user', async () => {
  const who = await visit();
  await who.signIn('root');
  for (const [name, path] of everyPage()) {
    await who.go(path);
    await who.look(`user-${name}`);
  }
}, 300_000);

test('WEB every page of the demo course can be opened', async () => {
  await world.user('demo');
  const who = await visit();
  await who.signIn('demo', '/learn');
  await who.link(/Programming from the ground up/).click();
  await who.see(who.heading('Programming from the ground up'));
  await who.settled();
  await who.look('demo-course');
  const client = await world.token('demo');
  const { modules } = (await client.get('/api/v1/modules')).body;
  const course = (await client.get(`/api/v1/modules/${modules.find((m: { key: string }) => m.key === 'first-steps').id}`)).body;
  const contents: string[] = course.modules.flatMap((m: { contents: { id: string }[] }) => m.contents.map((content) => `/learn/contents/${content.id}`));
  expect(contents.length).toBeGreaterThanOrEqual(12);
  let shots = 0;
  for (const path of contents) {
    await who.go(path);
    await who.see(who.page.getByRole('heading', { level: 1 }));
    expect(await who.page.getByRole('alert').count(), path).toBe(0);
    if (shots++ % 6 === 0) await who.look(`demo-content-${shots}`);
  }
}, 300_000);

test('WEB French: no text stays English', async () => {
  const markers = await englishMarkers();
  expect(markers.length).toBeGreaterThan(200);
  const who = await visit();
  await who.signIn('root', '/profile');
  await who.page.getByLabel('Language').selectOption('fr');
  await expect.poll(() => who.page.locator('html').getAttribute('lang')).toBe('fr');
  await who.page.reload();
  await who.settled();
  expect(await who.page.locator('html').getAttribute('lang')).toBe('fr');
  for (const [name, path] of everyPage()) {
    await who.go(path);
    expect.soft(await stillEnglish(who.page, markers, ['Administrator']), name).toEqual([]);
    if (['home', 'problem', 'profile', 'tokens'].includes(name)) await who.look(`french-${name}`);
  }
  await who.page.keyboard.press('Control+k');
  await who.page.getByRole('combobox').waitFor();
  expect.soft(await stillEnglish(who.page, markers, ['Administrator']), 'palette').toEqual([]);
}, 300_000);

test('WEB a browser in French sees French from the start, also where one signs in', async () => {
  const markers = await englishMarkers();
  const who = await visit({ locale: 'fr-FR' });
  for (const path of ['/', '/sign-up', '/forgot', '/learn', '/nonsense']) {
    await who.go(path);
    expect(await who.page.locator('html').getAttribute('lang')).toBe('fr');
    expect.soft(await stillEnglish(who.page, markers, ['Administrator']), path).toEqual([]);
  }
  await who.page.goto('/auth/login?return_to=/');
  expect(await who.page.locator('html').getAttribute('lang')).toBe('fr');
  await who.see('Se connecter');
});

test('WEB the theme is chosen by hand and stays, before the first paint', async () => {
  await world.user('thea');
  const who = await visit();
  await who.signIn('thea');
  const scheme = () => who.page.locator('html').getAttribute('data-mantine-color-scheme');
  await expect.poll(scheme).toBe('light');
  await who.button('Your account').click();
  await who.see(who.page.getByRole('menuitemradio', { name: 'As the system', checked: true }));
  await who.page.getByRole('menuitemradio', { name: 'Dark', checked: false }).click();
  await expect.poll(scheme).toBe('dark');
  await who.button('Your account').click();
  await who.see(who.page.getByRole('menuitemradio', { name: 'Dark', checked: true }));
  await who.see(who.page.getByRole('menuitemradio', { name: 'As the system', checked: false }));
  await who.page.route('**/assets/*.js', (route) => route.abort());
  who.allow(/^net::ERR_FAILED GET \/assets\//);
  await who.page.reload({ waitUntil: 'commit' });
  await who.page.waitForFunction(() => document.readyState === 'complete');
  expect(await scheme(), 'without the app’s scripts').toBe('dark');
  await who.page.unroute('**/assets/*.js');
  await who.page.reload();
  await who.settled();
  expect(await scheme()).toBe('dark');
  const other = await visit();
  await other.signIn('thea'); // another device: the profile has it
  await expect.poll(() => other.page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
});

test('WEB Ctrl-K finds courses, exercises, pages and actions', async () => {
  await world.user('paul');
  const who = await visit();
  await who.signIn('paul');
  const find = async (text: string) => {
    await who.page.keyboard.press('Control+k');
    await who.page.getByRole('combobox').fill(text);
  };
  await find('two numb');
  await who.see(who.page.getByRole('option', { name: /Sum of two numbers/ }));
  await who.look('palette');
  await who.page.keyboard.press('Enter');
  await who.page.waitForURL(new RegExp(`/learn/contents/${where.sum?.contentId}$`));
  await find('rank');
  await who.page.keyboard.press('Enter');
  await who.page.waitForURL(/\/ranking$/);
  await find('dark th');
  await who.page.keyboard.press('Enter');
  await expect.poll(() => who.page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  await find('qqqq');
  await who.see('Nothing found for “qqqq”.');
  await who.page.keyboard.press('Escape');
  await who.page.getByRole('combobox').waitFor({ state: 'detached' });
});

test('WEB ? shows the shortcuts of the page, but not while one types', async () => {
  await world.user('quen');
  const who = await visit();
  await who.signIn('quen', `/learn/contents/${where.sum?.contentId}`);
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.py' }));
  await who.write('');
  await who.page.keyboard.type('?');
  await expect.poll(() => who.code()).toContain('?');
  expect(await who.page.getByRole('dialog').count()).toBe(0);
  await who.page.keyboard.press('Escape');
  await who.page.keyboard.press('?');
  await who.see(who.page.getByRole('dialog', { name: 'Keyboard shortcuts' }));
  for (const text of ['Submit', 'Run the visible tests', 'Leave the editor', 'Search everything']) await who.see(who.page.getByRole('dialog').getByText(text, { exact: true }));
  await who.look('shortcuts');
  await who.page.keyboard.press('Escape');
  await who.page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('WEB Tab goes through a page in order, from the link that skips to it, and the focus is always seen', async () => {
  await world.user('tab');
  const who = await visit();
  await who.signIn('tab', '/learn');
  const { page } = who;
  await who.go('/learn'); // from its beginning
  await who.see(who.link(/Test course/));
  const seen = await tabThrough(who, 40);
  expect(seen[0]?.text).toBe('Go to the page');
  const order = ['Home', 'Learn', 'Search courses', 'Test course'];
  const places = order.map((word) => seen.findIndex((stop) => stop.text.includes(word)));
  expect(places.every((place) => place >= 0), JSON.stringify(seen)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  expect(seen.filter((stop) => !stop.visible), 'where nothing shows the focus').toEqual([]);
  await who.go('/learn');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
});

interface Stop {
  text: string;
  visible: boolean;
}

// Presses Tab until it comes round; what has the focus each time, and whether it looks different with it.
async function tabThrough(who: Visitor, most: number): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let i = 0; i < most; ++i) {
    await who.page.keyboard.press('Tab');
    await who.page.waitForFunction(() => (document.activeElement?.getBoundingClientRect().bottom ?? 1) > 0);
    const stop = await who.page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return null;
      const look = (e: Element) => {
        const style = getComputedStyle(e);
        return [style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`, style.boxShadow, style.borderColor, style.backgroundColor, style.top].join();
      };
      const chain = [element, element.parentElement, element.closest('label, [class*=wrapper], [class*=root]')].filter((e) => e !== null) as Element[];
      const withFocus = chain.map(look).join('|');
      const box = element.getBoundingClientRect();
      element.blur();
      const without = chain.map(look).join('|');
      element.focus({ preventScroll: true });
      const inside = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
      return { text: (element.getAttribute('aria-label') ?? element.innerText ?? '').trim().slice(0, 60), visible: inside && withFocus !== without };
    });
    if (!stop) break;
    stops.push(stop);
  }
  return stops;
}

test('WEB what is not there says so, and keeps the shell and a way on', async () => {
  await world.user('lost');
  const who = await visit();
  await who.signIn('lost', '/nonsense');
  await who.see(who.heading('There is nothing here'));
  who.allow(/^404 GET \/api\/v1\//, /^400 GET \/api\/v1\//);
  for (const path of ['/learn/contents/123456789012345678', '/learn/modules/123456789012345678', '/users/123456789012345678', '/learn/contents/nonsense']) {
    await who.go(path);
    await who.see(/There is nothing here|This is not here|This did not work/);
    await who.see(who.page.getByRole('navigation', { name: 'Main' }));
  }
  await who.go('/learn/contents/123456789012345678');
  await who.look('missing-content');
});

test('WEB a page that fails says what happened, gives the trace id, and can be tried again', async () => {
  await world.user('fail');
  const who = await visit();
  await who.signIn('fail');
  who.allow(/^50\d GET \/api\/v1\/ranking$/, /^net::ERR_FAILED GET \/api\/v1\/ranking$/);
  const trace_id = 'abcdef0123456789abcdef0123456789';
  const problem = { type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'Something broke', reason: 'internal', trace_id };
  await who.page.route('**/api/v1/ranking*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
  await who.page.goto('/ranking');
  await who.see(who.page.getByText(trace_id));
  await who.look('error');
  await who.button('Copy the trace id').click();
  expect(await who.page.evaluate(() => navigator.clipboard.readText())).toBe(trace_id);
  await who.page.unroute('**/api/v1/ranking*');
  await who.page.route('**/api/v1/ranking*', (route) => route.abort());
  await who.button('Try again').click();
  await who.see('The server cannot be reached');
  await who.page.unroute('**/api/v1/ranking*');
  await who.button('Try again').click();
  await who.see(who.page.getByRole('row', { name: /fail/ }));
});
