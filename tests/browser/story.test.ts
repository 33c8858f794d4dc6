// The whole story of a newcomer, in a browser: try, sign up, confirm, solve, earn.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import { freePort } from '../lib/server.ts';
import { password, World } from '../lib/world.ts';

let world: World;
let listen: string;
let ada: Visitor;

beforeAll(async () => {
  listen = `127.0.0.1:${await freePort()}`; // the same after its restart
  world = await World.start({ demo: true, listen });
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

const slowly = 'sleep 0.6\nread -r a b\necho $((a + b))\n';
const verdicts = () => ada.page.getByRole('listitem').filter({ hasText: /Small numbers|Negative numbers|Large numbers/ });
const rail = (name: string) => ada.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });

async function chooseLanguage(key: string, file: string): Promise<void> {
  await ada.page.getByLabel('Language', { exact: true }).selectOption(key);
  await ada.see(ada.page.getByRole('textbox', { name: `Code of ${file}` }));
}

// Each step stands on the one before.
let broken = false;
beforeEach(({ skip }) => {
  if (broken) skip('an earlier step has failed');
});
afterEach(({ task }) => {
  broken ||= task.result?.state === 'fail';
});

describe('a newcomer', () => {
  test('SUB-02 a guest runs the sample exercise without an account', async () => {
    ada = await visit({ keep: true });
    await ada.go('/');
    await ada.see(ada.heading('Learn to program by writing programs'));
    const sample = ada.page.getByRole('region', { name: 'Sample exercise' });
    await sample.getByRole('button', { name: /^Run/ }).click();
    await ada.see(sample.getByText('1 of 2 passed')); // the starter prints nothing
    await ada.see(sample.getByRole('region', { name: 'Expected output beside yours' }));
    await ada.look('guest-home-wrong');
    await ada.write('import sys\nsys.stdout.write(sys.stdin.read())\n');
    await ada.page.keyboard.press('Control+Enter');
    await ada.see('Solved. That is how every exercise here works.');
    await ada.look('guest-home-solved');
  });

  test('ID-01 MAIL-02 signing up leads to the local mailbox, whose mail opens the account', async () => {
    await ada.link('Sign up and keep going').click();
    await ada.see(ada.heading('Make an account'));
    await ada.page.getByLabel('Name', { exact: true }).fill('Ada');
    await ada.page.getByLabel('Email address').fill('ada@example.org');
    await ada.page.getByLabel(/^Password/).fill(password);
    await ada.look('sign-up');
    await ada.page.getByLabel(/^Password/).press('Enter');
    await ada.see(ada.heading('Check your mail'));
    await ada.see('ada@example.org');
    await ada.look('check-mail');
    await ada.link('Open the local mailbox').click();
    await ada.page.getByText('Confirm your e-mail address').first().click();
    const link = ada.link('Open the link of this mail');
    await ada.see(link);
    await ada.settled();
    await ada.look('mailbox');
    const page = await ada.follow(link);
    await page.getByRole('heading', { name: 'Your account is open' }).waitFor();
    if (page !== ada.page) await page.close();
  });

  test('ID-04 one signs in on the page of the server', async () => {
    await ada.page.goto('/auth/login?return_to=/');
    await ada.look('sign-in');
    ada.allow(/^4\d\d POST \/realms\//); // a wrong password is no success
    await ada.fillSignIn('ada@example.org', 'not the password');
    await ada.see(ada.page.getByRole('alert'));
    expect(await ada.page.locator('input[type=email]').inputValue()).toBe('ada@example.org');
    await ada.look('sign-in-wrong');
    await ada.fillSignIn('ada@example.org', password);
    await ada.page.waitForURL((url) => url.pathname === '/');
    await ada.see(ada.heading(/^Good (morning|afternoon|evening), Ada$/));
    await ada.settled();
    await ada.look('home-new');
  });

  test('PRA-09 PRA-10 PRA-11 PRA-12 catalogue, course, exercise', async () => {
    await rail('Learn').click();
    await ada.see(ada.heading('Catalogue'));
    await ada.page.getByRole('searchbox', { name: 'Search courses' }).fill('black-box');
    await ada.page.waitForURL(/[?&]q=black-box/);
    await ada.see('1 course');
    await ada.link(/Test course/).click();
    await ada.see(ada.heading('Test course'));
    await ada.see(ada.page.getByRole('img', { name: '0 of 5 contents passed' }));
    await ada.look('course-new');
    await ada.link(/Sum of two numbers/).first().click();
    await ada.see('Print the sum of the two numbers on the input line.');
    await ada.see(ada.page.getByRole('textbox', { name: 'Code of main.py' }));
    await ada.settled();
    await ada.look('problem-new');
  });

  test('SUB-02 one runs the program with own input', async () => {
    await chooseLanguage('bash', 'main.sh');
    await ada.write('read -r a b\necho "got $a and $b"\n');
    await ada.page.getByRole('tab', { name: 'Own input' }).click();
    await ada.page.getByRole('textbox', { name: 'Own input' }).fill('20 22\n');
    await ada.button('Run with this input').click();
    await ada.see('got 20 and 22');
    await ada.look('problem-own-input', { small: false });
  });

  test('PRA-18 the draft is there after a reload, and after the server was killed', async () => {
    await ada.write('# not yet\necho 3\n');
    await ada.see(/Saved \d/);
    await ada.page.reload();
    await expect.poll(() => ada.code()).toContain('# not yet');
    ada.allow(/^net::ERR_/, /^50\d /, /WebSocket/);
    await world.server.kill();
    await ada.write('# written while it was gone\necho 3\n');
    await ada.see('Offline, kept on this device');
    await world.restart();
    await ada.see(/Saved \d/);
    await ada.page.reload();
    await expect.poll(() => ada.code()).toContain('# written while it was gone');
  });

  test('SUB-01 SUB-04 a wrong answer opens with its input and the difference', async () => {
    await ada.button(/^Submit/).click();
    await ada.see('1 of 3 passed'); // 1 + 2 is 3
    const diff = ada.page.getByRole('region', { name: 'Expected output beside yours' });
    await ada.see(diff);
    expect(await diff.innerText()).toMatch(/-3[\s\S]*3/);
    expect(await ada.page.getByText('-5 2').count()).toBeGreaterThan(0);
    const hidden = verdicts().filter({ hasText: 'Large numbers' });
    await ada.see(hidden.getByText('hidden'));
    expect(await hidden.getByRole('button').count()).toBe(0); // nothing of it to open
    await ada.look('problem-wrong', { small: false });
  });

  test('SUB-01 a compile error leads to its line', async () => {
    await chooseLanguage('cpp', 'main.cpp');
    await ada.write('#include <iostream>\n\nint main() {\n  int a = 1\n  std::cout << a;\n}\n');
    await ada.page.keyboard.press('Control+Enter');
    await ada.see('What the compiler said');
    await ada.look('problem-compile-error', { small: false });
    await ada.page.getByRole('heading', { level: 1 }).click(); // away from the editor
    await ada.page.locator('button', { hasText: /main\.cpp:[45]/ }).first().click();
    await ada.see(/Ln [45], Col \d+/);
    expect(await ada.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Code of main.cpp');
  });

  test('SUB-01 PRA-16 verdicts arrive one by one; acceptance shows points and where to go on', async () => {
    await chooseLanguage('bash', 'main.sh');
    await ada.write(slowly);
    await ada.page.evaluate(() => {
      const seen: number[] = [];
      (globalThis as unknown as { seen: number[] }).seen = seen;
      new MutationObserver(() => {
        const count = [...document.querySelectorAll('ol > li')].filter((li) => /(Small|Negative|Large) numbers/.test(li.textContent ?? '')).length;
        if (seen.at(-1) !== count) seen.push(count);
      }).observe(document.body, { childList: true, subtree: true });
    });
    await ada.button(/^Submit/).click();
    await ada.see('+20 points');
    const seen = await ada.page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
    expect(seen.slice(-3), 'counts of verdicts on the page').toEqual([1, 2, 3]);
    await ada.see(ada.page.getByText('Accepted', { exact: true }));
    await ada.see(ada.page.getByRole('banner').getByRole('link', { name: /^20/ })); // they count in the top bar too
    await ada.look('problem-accepted', { small: false });
    await ada.link(/Next: One choice/).click();
    await ada.see(ada.heading('One choice'));
  });

  test('SHOP-03 ID-13 the points are in the ledger, in the ranking and on the way home', async () => {
    await rail('Points').click();
    await ada.see(ada.page.getByRole('cell', { name: /Sum of two numbers/ }));
    await ada.see(ada.page.getByRole('cell', { name: '+20' }));
    await rail('Ranks').click();
    await ada.see(ada.page.getByRole('row', { name: /1.*Ada.*20/ }));
    await rail('Home').click();
    await ada.see(ada.heading(/Good/));
    await ada.settled();
    await ada.see('Test course');
    await ada.look('home-begun');
  });

  test('ID-05 signing out ends it', async () => {
    await ada.button('Your account').click();
    await ada.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await ada.see(ada.link('Sign in'));
    ada.allow(/^401 GET \/api\/v1\//);
    await ada.page.goto('/points');
    await ada.see('Sign in to go on');
  });
});
