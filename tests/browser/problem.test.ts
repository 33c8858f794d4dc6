// The problem page: files, drafts in two tabs and offline, history, and the keyboard.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import { type Client, until } from '../lib/client.ts';
import { key, type Place, places, World } from '../lib/world.ts';

let world: World;
let where: Record<string, Place>;

beforeAll(async () => {
  world = await World.start();
  where = await places(await world.user('setter'));
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);
const at = (name: string) => `/learn/contents/${where[name]?.contentId}`;
const draft = async (client: Client): Promise<{ language: string; files: { path: string; content: string }[] }> =>
  (await client.get(`/api/v1/components/${where.sum?.componentId}/draft`)).body;

async function open(name: string): Promise<{ who: Visitor; client: Client }> {
  const client = await world.user(name);
  const who = await visit();
  await who.signIn(name, at('sum'));
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.py' }));
  return { who, client };
}

test('PRA-14 PRA-15 PRA-18 files are added, renamed and removed, and kept as one types', async () => {
  const { who, client } = await open('fay');
  await who.write('import more\nprint(more.x)\n');
  await who.button('Add a file').click();
  const name = who.page.getByRole('textbox', { name: 'Name of the file' });
  await name.fill('../evil.py');
  await who.page.keyboard.press('Enter');
  await who.see(/Letters, digits/);
  await name.fill('more.py');
  await who.page.keyboard.press('Enter');
  await who.see(who.page.getByRole('textbox', { name: 'Code of more.py' }));
  await who.write('x = 7\n');
  await until(async () => ((await draft(client)).files.some((file) => file.path === 'more.py' && file.content === 'x = 7\n') ? true : undefined));
  await who.look('problem-files', { small: false });
  await who.page.reload();
  await who.see(who.page.getByRole('tab', { name: /more\.py/ }));
  await fileMenu(who, 'more.py', 'Rename more.py');
  await who.page.getByRole('textbox', { name: 'Name of the file' }).fill('less.py');
  await who.page.keyboard.press('Enter');
  await until(async () => ((await draft(client)).files.some((file) => file.path === 'less.py') ? true : undefined));
  await fileMenu(who, 'less.py', 'Remove less.py');
  await who.page.getByRole('dialog').getByRole('button', { name: /Remove/ }).click();
  await until(async () => ((await draft(client)).files.map((file) => file.path).join() === 'main.py' ? true : undefined));
});

async function fileMenu(who: Visitor, file: string, item: string): Promise<void> {
  await who.page.getByRole('tab', { name: new RegExp(file.replace('.', '\\.')) }).click();
  await who.button('Files: add, rename, remove').click();
  await who.page.getByRole('menuitem', { name: item }).click();
}

test('PRA-18 of two tabs the second is told; both texts are kept until one chooses', async () => {
  const { who, client } = await open('gil');
  const other = await who.tab();
  await other.goto(at('sum'));
  await other.getByRole('textbox', { name: 'Code of main.py' }).waitFor();
  await who.write('# first tab\n');
  await who.see(/Saved \d/);
  who.allow(/^409 PUT \/api\/v1\/components\/\d+\/draft$/);
  await other.getByRole('textbox', { name: 'Code of main.py' }).click();
  await other.keyboard.press('Control+a');
  await other.keyboard.insertText('# second tab\n');
  await other.getByText(/This draft was changed in another place/).waitFor();
  expect((await draft(client)).files[0]?.content).toBe('# first tab\n');
  await other.getByRole('button', { name: 'Compare' }).click();
  const dialog = other.getByRole('dialog');
  await dialog.getByText('# first tab').waitFor();
  await dialog.getByText('# second tab').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await other.getByRole('button', { name: 'Keep mine' }).click();
  await until(async () => ((await draft(client)).files[0]?.content === '# second tab\n' ? true : undefined));
  await who.write('# first tab again\n');
  await who.see(/This draft was changed in another place/);
  await who.look('problem-conflict', { small: false });
  await who.button('Take the other').click();
  await expect.poll(() => who.code()).toContain('# second tab');
});

test('PRA-18 what is typed offline is kept on the device and saved when the server is back', async () => {
  const { who, client } = await open('hal');
  who.allow(/^net::ERR_INTERNET_DISCONNECTED /, /WebSocket/);
  await who.setOffline(true);
  await who.write('# typed offline\n');
  await who.see('Offline, kept on this device');
  await who.look('problem-offline', { small: false });
  await who.button(/^Submit/).click();
  await who.see(/cannot be reached/);
  await who.setOffline(false);
  await who.see(/Saved \d/);
  expect((await draft(client)).files[0]?.content).toBe('# typed offline\n');
});

test('SUB-03 history: one sees those that passed and starts again from one', async () => {
  const { who, client } = await open('ira');
  for (const content of ['echo 3\n', 'read -r a b\necho $((a + b)) # good\n'])
    await client.post(`/api/v1/components/${where.sum?.componentId}/submissions`, { language: 'bash', files: [{ path: 'main.sh', content }] }, key());
  await until(async () => {
    const { submissions } = (await client.get(`/api/v1/components/${where.sum?.componentId}/submissions`)).body;
    return submissions.length === 2 && submissions.every((s: { status: string }) => /AC|WA/.test(s.status)) ? true : undefined;
  });
  await who.page.reload();
  await who.page.getByLabel('Language', { exact: true }).selectOption('bash');
  await who.page.getByRole('tab', { name: /History/ }).click();
  await who.see('Wrong answer');
  await who.look('problem-history', { small: false });
  await who.page.getByLabel('Only those that passed').click();
  await who.page.getByText('Wrong answer').waitFor({ state: 'hidden' });
  await who.button('Start from this').first().click();
  await who.page.getByRole('dialog').getByRole('button', { name: /Start from this/ }).click();
  await expect.poll(() => who.code()).toContain('# good');
});

test('SUB-02 the keyboard alone: Tab reaches the editor, Esc leaves it, Ctrl+quote runs, Ctrl+Enter submits', async () => {
  const { who } = await open('jon');
  const { page } = who;
  const focus = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  let presses = 0;
  while (!(await focus()).startsWith('Code of')) {
    await page.keyboard.press('Tab');
    expect(++presses, 'Tab gets to the editor').toBeLessThan(60);
  }
  await page.keyboard.press('Tab'); // indents, in an editor
  expect(await focus()).toBe('Code of main.py');
  await page.keyboard.press('Escape');
  expect(await focus()).not.toBe('Code of main.py');
  await page.keyboard.press('Tab');
  expect(await focus()).not.toBe('Code of main.py');
  await who.write('print(sum(map(int, input().split())))\n');
  await page.keyboard.press("Control+'");
  await who.see('2 of 2 passed'); // the visible ones
  expect(await focus()).toBe('Code of main.py');
  await page.keyboard.press('Control+Enter');
  await who.see('+20 points');
});

test('SUB-03 one starts again from a submission in another language, and the language changes with it', async () => {
  const { who, client } = await open('max');
  await client.post(`/api/v1/components/${where.sum?.componentId}/submissions`, { language: 'bash', files: [{ path: 'main.sh', content: 'echo 3 # earlier\n' }] }, key());
  await who.page.reload();
  await who.write('# of today\n');
  await who.page.getByRole('tab', { name: /History/ }).click();
  await who.button('Start from this').click();
  const dialog = who.page.getByRole('dialog');
  await who.see(dialog.getByText('The editor changes to Bash'));
  await dialog.getByRole('button', { name: 'Start from this' }).click();
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.sh' }));
  await expect.poll(() => who.code()).toContain('# earlier');
  expect(await who.page.getByLabel('Language', { exact: true }).inputValue()).toBe('bash');
  await until(async () => ((await draft(client)).files[0]?.content === 'echo 3 # earlier\n' ? true : undefined));
  await who.page.getByLabel('Language', { exact: true }).selectOption('python');
  await expect.poll(() => who.code()).toContain('# of today'); // not lost
  await who.page.getByLabel('Language', { exact: true }).selectOption('bash');
  await expect.poll(() => who.code()).toContain('# earlier');
});

test('WEB the page on a phone shows one part at a time, and Run and Submit below each', async () => {
  await world.user('kai');
  const who = await visit({ phone: true });
  await who.signIn('kai', at('sum'));
  const parts = who.page.getByRole('tablist').first();
  await who.see('Print the sum of the two numbers on the input line.');
  for (const part of ['Editor', 'Results', 'Task']) {
    await parts.getByRole('tab', { name: part }).click();
    for (const name of ['Run', 'Submit']) await withinReach(who, name);
  }
  expect(await who.page.locator('kbd:visible').count()).toBe(0); // a phone has no Ctrl key
  await who.button('Run').click();
  await who.see('0 of 2 passed');
  expect(await parts.getByRole('tab', { name: /Results/ }).getAttribute('aria-selected')).toBe('true');
  await parts.getByRole('tab', { name: 'Editor' }).click();
  await who.page.getByLabel('Language', { exact: true }).selectOption('bash');
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.sh' })); // still in the editor
  await who.write('read -r a b\necho $((a + b))\n');
  await who.fitsWidth('editor');
  await who.shot('problem-phone-editor');
  await who.button('Submit').click();
  await who.see('+20 points');
  await who.fitsWidth('results');
  await who.shot('problem-phone-results');
});

// In sight, at the bottom, above the bar of the pages, and large enough for a thumb.
async function withinReach(who: Visitor, name: string): Promise<void> {
  const box = await who.button(name).boundingBox();
  const pages = await who.page.getByRole('navigation', { name: 'Main' }).boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  expect(box?.y).toBeGreaterThan(600);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(pages?.y ?? 0);
}

test('a program may print what it wants: it stays text', async () => {
  const { who } = await open('liv');
  const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await who.write(`print('''${evil}''')\n`);
  await who.page.keyboard.press("Control+'");
  await who.see('0 of 2 passed');
  await who.see(who.page.getByText('onerror').first());
  expect(await who.page.title()).toContain('Sum of two numbers');
});

