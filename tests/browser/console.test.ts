// The console of the problem page: one's program runs live, at a terminal.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor, type VisitOptions } from '../lib/browser.ts';
import { bearer } from '../lib/gateway.ts';
import { Live } from '../lib/live.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { type Place, places, World } from '../lib/world.ts';

let world: World;
let where: Record<string, Place>;

beforeAll(async () => {
  world = await World.start({ settings: ['--runner.jobs=3'] });
  where = await places(await world.user('setter'));
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

async function open(name: string, options: VisitOptions = {}): Promise<Visitor> {
  await world.account(name);
  const who = await visit(options);
  await who.signIn(name, `/learn/contents/${where.sum?.contentId}`);
  if (options.phone) await who.page.getByRole('tab', { name: 'Editor' }).click();
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.py' }));
  return who;
}

// Runs this in the console.
async function start(who: Visitor, code: string): Promise<void> {
  await who.write(code);
  if (who.phone) await who.page.getByRole('tab', { name: 'Results' }).click();
  await who.page.getByRole('tab', { name: 'Console' }).click();
  await who.button('Start').click();
}

// In the terminal, and in its tree for screen readers.
async function printed(who: Visitor, text: string): Promise<void> {
  for (const screen of ['.xterm-rows', '.xterm-accessibility-tree'])
    await expect.poll(async () => (await who.page.locator(screen).innerText()).replaceAll('\u00a0', ' ')).toContain(text);
}

async function type(who: Visitor, line: string): Promise<void> {
  await who.page.keyboard.type(line);
  await who.page.keyboard.press('Enter');
}

const ended = (who: Visitor, how: string | RegExp) => who.see(who.page.getByRole('status').filter({ hasText: how }));
const focus = (who: Visitor) => who.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');

const greet = `
import os
name = input('What is your name? ')
print(f'Hello, {name}.')
for colour in range(30, 38):
    print(f'\\x1b[{colour}mcolour\\x1b[0m \\x1b[{colour + 60};1mbright\\x1b[0m \\x1b[{colour + 10}mground\\x1b[0m')
print(os.get_terminal_size().columns < 80)
input('More? ')
`;

test('SUB-02 the program asks, one answers, it greets; the keyboard leads in and out', async () => {
  const who = await open('ada');
  await start(who, greet);
  await printed(who, 'What is your name? ');
  expect(await focus(who)).toBe('What you type to the program');
  await type(who, 'Adélaïde 🙂');
  await printed(who, 'Hello, Adélaïde 🙂.');
  await printed(who, 'True'); // as wide as its pane, not 80
  await who.look('console', { small: false });
  await who.page.keyboard.press('Shift+Tab');
  expect(await focus(who)).toBe('End of input');
  await who.page.keyboard.press('Tab');
  await type(who, 'no');
  await ended(who, /Ran to its end.*exit code 0/);
  await who.page.keyboard.press('Tab'); // nothing runs: it is the page's
  expect(await focus(who)).not.toBe('What you type to the program');
  await who.look('console-ended', { small: false });
});

test('SUB-02 Ctrl-C interrupts a loop, End of input ends the input, Stop kills', async () => {
  const who = await open('bea');
  await start(who, "print('round and round')\nwhile True: pass\n");
  await printed(who, 'round and round');
  await who.page.keyboard.press('Control+c');
  await ended(who, /Interrupted.*SIGINT/);
  await printed(who, 'KeyboardInterrupt');

  await start(who, 'import sys\nprint("ready")\nprint(len(sys.stdin.read()), "read")\n');
  await printed(who, 'ready');
  await type(who, 'four');
  await who.button('End of input').click();
  await printed(who, '5 read');
  await ended(who, 'Ran to its end');

  await start(who, 'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("deaf")\nwhile True: signal.pause()\n');
  await printed(who, 'deaf');
  await who.button('Interrupt').click();
  await who.button('Stop').click();
  await ended(who, /Stopped.*SIGKILL/);
});

test('SUB-01 what does not compile is told as a run tells it, and marked in the editor', async () => {
  const who = await open('cal');
  await who.page.getByLabel('Language', { exact: true }).selectOption('cpp');
  await who.see(who.page.getByRole('textbox', { name: 'Code of main.cpp' }));
  await start(who, 'int main() {\n  return nothing;\n}\n');
  await ended(who, 'Does not compile');
  await who.see('What the compiler said');
  expect(await who.page.locator('.cm-errorLine').count()).toBe(1);
  await who.look('console-compile', { small: false });
  await who.button(/main\.cpp:2.*error/).click();
  expect(await focus(who)).toBe('Code of main.cpp');
  await who.see('Ln 2, Col 10');
});

test('WEB the console on a phone, in the dark', async () => {
  const who = await open('dot', { phone: true, theme: 'dark' });
  await start(who, greet);
  await printed(who, 'What is your name? ');
  await type(who, 'Dot');
  await printed(who, 'Hello, Dot.');
  for (const name of ['Stop', 'Interrupt', 'End of input'])
    expect((await who.button(name).boundingBox())?.height, name).toBeGreaterThanOrEqual(40);
  await who.fitsWidth('console');
  await who.shot('console-phone-dark');
  await who.button('Stop').click();
  await ended(who, 'Stopped');
});

test('SUB-05 one is told why there is no run, and what became of one whose connection is lost', async () => {
  const who = await open('eve');
  who.allow(/^net::ERR_INTERNET_DISCONNECTED /, /WebSocket/);
  const headers = bearer(await world.token('eve'));
  const others = await Promise.all([1, 2].map(() => Live.open(world.server.url, headers)));
  for (const live of others) {
    live.say('run', { language: 'bash', files: [{ path: 'main.sh', content: 'read x' }] });
    await live.message('started');
  }
  await start(who, 'input("mine? ")\n');
  await who.see(/You have other consoles in which a program runs/);
  await Promise.all(others.map((live) => live.cut()));
  await expect.poll(async () => total(parseMetrics(await (await fetch(`${world.server.url}/metrics`)).text()), 'runner_live')).toBe(0);
  await who.button('Start').click();
  await printed(who, 'mine? ');
  await who.setOffline(true);
  await who.see(/The connection was lost/);
  await who.look('console-lost', { small: false });
  await who.setOffline(false);
});
