// Forms for somebody without a session: sign-up, confirmation, forgotten password; and the end of a session.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import { type Client, until } from '../lib/client.ts';
import { password, World } from '../lib/world.ts';

let world: World;
let admin: Client;

beforeAll(async () => {
  world = await World.start();
  admin = await world.user('root', 'administrator');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

async function mailedLink(email: string, template: string): Promise<string> {
  return until(async () => {
    const { mails } = (await admin.get(`/api/v1/admin/mails?to=${encodeURIComponent(email)}`)).body;
    const found = mails.find((m: { template: string }) => m.template === template);
    if (!found) return undefined;
    const { text } = (await admin.get(`/api/v1/admin/mails/${found.id}`)).body;
    return /https?:\/\/\S+token=[\w.-]+/.exec(text ?? '')?.[0];
  });
}

const focused = (who: Visitor) => who.page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.name || document.activeElement?.id || '');

test('ID-01 the sign-up form says what is wrong beside the field, keeps what was typed, and focuses the first', async () => {
  const who = await visit();
  await who.go('/sign-up');
  await who.page.getByLabel('Name', { exact: true }).fill('Zoë');
  await who.page.getByLabel('Email address').fill('no address');
  await who.page.getByLabel(/^Password/).fill('short');
  await who.page.keyboard.press('Enter');
  await who.see('This does not look like an email address.');
  await who.see('At least 8 characters, please.');
  const email = who.page.getByLabel('Email address');
  expect(await email.getAttribute('aria-invalid')).toBe('true');
  expect(await email.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await who.page.getByLabel('Name', { exact: true }).inputValue()).toBe('Zoë');
  await who.look('sign-up-wrong');
  who.allow(/^400 POST \/api\/v1\/sign-up$/);
  await email.fill('zoe@example.org');
  await who.page.getByLabel(/^Password/).fill('password123');
  await who.page.keyboard.press('Enter');
  await who.see('This password is on a list of common ones. Choose another.');
  await who.page.getByLabel(/^Password/).fill(password);
  await who.page.keyboard.press('Enter');
  await who.see(who.heading('Check your mail'));
  expect(await who.link('Open the local mailbox').count()).toBe(0); // mails are nobody's business here
  await who.button('Send it again').click();
  await who.see('Sent again');
});

test('WEB what the server refuses is said in French on a French page', async () => {
  const who = await visit({ locale: 'fr-FR' });
  who.allow(/^4\d\d POST \/api\/v1\/sign-up/);
  await who.go('/sign-up');
  const email = who.page.getByLabel('Adresse électronique');
  await email.fill(`${'a'.repeat(250)}@example.org`);
  await who.page.getByLabel(/^Mot de passe/).fill(password);
  await who.page.keyboard.press('Enter');
  await who.see('C’est trop long.');
  const problem = { status: 400, detail: 'of another kind', reason: 'never_heard_of' };
  await who.page.route('**/api/v1/sign-up', (route) => route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
  await email.fill('lea@example.org');
  await who.page.keyboard.press('Enter');
  await who.see('Le serveur n’accepte pas cela. Le serveur dit : of another kind');
});

test('ID-01 a confirmation link works once, and a wrong one says what to do', async () => {
  await world.guest().post('/api/v1/sign-up', { email: 'yan@example.org', password });
  const link = await mailedLink('yan@example.org', 'confirm_email');
  const who = await visit();
  await who.page.goto(link);
  await who.see(who.heading('Your account is open'));
  await who.see(/yan@example\.org/);
  who.allow(/^4\d\d POST \/api\/v1\/sign-up\/confirm$/);
  await who.page.reload();
  await who.see(who.heading('This link does not work'));
  await who.go('/confirm?token=nonsense');
  await who.see(who.heading('This link does not work'));
  await who.look('confirm-failed');
});

test('ID-06 MAIL-08 a forgotten password is set anew; the old one no longer opens', async () => {
  await world.user('xena');
  const who = await visit();
  await who.page.goto('/auth/login?return_to=/points');
  await who.page.locator('a[href="/forgot"]').click();
  await who.see(who.heading('Forgot your password?'));
  await who.look('forgot');
  await who.page.getByLabel('Email address').fill('xena@example.org');
  await who.page.keyboard.press('Enter');
  await who.see(/If there is an account for/);
  await who.look('forgot-sent');
  await who.page.goto(await mailedLink('xena@example.org', 'password_reset'));
  await who.see(who.heading('Choose a new password'));
  await who.look('reset');
  await who.page.getByLabel(/^New password/).fill('a much better one');
  await who.button('Set the password').click();
  await who.see(who.heading('Your password is changed'));
  await who.look('reset-done');
  for (const link of await who.link('Sign in').all()) expect(await link.getAttribute('href')).not.toContain('token');
  await who.page.locator('main').getByRole('link', { name: 'Sign in' }).click();
  await who.fillSignIn('xena@example.org', 'a much better one');
  await who.see(who.heading(/^Good/));
  who.allow(/^4\d\d /);
  const again = await visit();
  again.allow(/^4\d\d POST \/realms\//);
  await again.page.goto('/auth/login?return_to=/');
  await again.fillSignIn('xena@example.org', password);
  await again.see(again.page.getByRole('alert'));
});

test('ID-04 a page that needs an account leads back to itself after signing in', async () => {
  await world.user('wim');
  const who = await visit();
  who.allow(/^401 GET \/api\/v1\//);
  await who.go('/ranking');
  await who.see(who.heading('Sign in to go on'));
  await who.look('sign-in-needed');
  await who.page.locator('main').getByRole('link', { name: 'Sign in' }).click();
  await who.fillSignIn('wim@example.org', password);
  await who.page.waitForURL(/\/ranking$/);
  await who.see(who.heading('Ranking'));
});

test('ID-05 who signs out in one tab is signed out in the other, which says so and loses nothing', async () => {
  await world.user('vic');
  const who = await visit();
  await who.signIn('vic', '/profile');
  const other = await who.tab();
  await other.goto('/points');
  who.allow(/WebSocket connection .* HTTP Authentication failed/); // one may be on its way
  await other.getByRole('button', { name: 'Your account' }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await other.getByRole('link', { name: 'Sign in' }).first().waitFor();
  who.allow(/^401 /);
  await who.page.getByLabel('Nickname').fill('Victor');
  await who.button('Save').first().click();
  await who.see(/signed out/i);
  expect(await who.page.getByLabel('Nickname').inputValue()).toBe('Victor');
});

test('ID-04 the form is the server’s own: it works without scripts, and from the keyboard alone', async () => {
  await world.user('uli');
  const who = await visit();
  await who.page.goto('/auth/login?return_to=/profile');
  expect(await who.page.locator('script').count()).toBe(0);
  expect(await focused(who)).toBe('email');
  await who.page.keyboard.type('uli@example.org');
  await who.page.keyboard.press('Enter'); // the browser asks for the password first
  await who.page.locator('input[type=password]').focus();
  await who.page.keyboard.type(password);
  await who.page.keyboard.press('Enter');
  await who.page.waitForURL(/\/profile$/);
});
