// Pages to read and to answer: lesson, question, quiz; catalogue filters and progress.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../lib/browser.ts';
import { type Place, places, World } from '../lib/world.ts';

let world: World;
let where: Record<string, Place>;

beforeAll(async () => {
  world = await World.start();
  where = await places(await world.user('reader'));
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);
const at = (name: string) => `/learn/contents/${where[name]?.contentId}`;

test('PRA-16 a lesson is done when one says so, and leads on', async () => {
  await world.user('lea');
  const who = await visit();
  await who.signIn('lea', at('read'));
  await who.see(who.heading('Read me'));
  await who.look('lesson');
  await who.button('Mark as read').click();
  await who.see(who.page.getByRole('status').filter({ hasText: 'Read' }));
  await who.link(/Next: Sum of two numbers/).click();
  await who.see('Print the sum of the two numbers on the input line.');
  await who.page.goBack();
  await who.see(who.heading('Read me'));
  expect(await who.button('Mark as read').count()).toBe(0);
});

test('SUB-01 a question: wrong, then right, with its explanation and points', async () => {
  await world.user('mia');
  const who = await visit();
  await who.signIn('mia', at('choice'));
  await who.see('Which of these is a number?');
  expect(await who.button('Answer').isDisabled()).toBe(true);
  await who.page.getByRole('radio', { name: 'Blue' }).check();
  await who.look('mcq');
  await who.button('Answer').click();
  await who.see('Not yet right');
  await who.look('mcq-wrong');
  expect(await who.page.getByText('SECRET-EXPLANATION').count()).toBe(0);
  await who.page.getByRole('radio', { name: 'Seven' }).check();
  await who.button(/^Answer/).click();
  await who.see(/^Right/);
  await who.see(/\+5 points/);
  await who.see('SECRET-EXPLANATION');
  await who.look('mcq-right');
});

test('SUB-01 PRA-18 a quiz of four kinds: kept while answering, graded by question', async () => {
  await world.user('noa');
  const who = await visit();
  await who.signIn('noa', at('quiz'));
  await who.see('4 questions are not answered yet.');
  await who.page.getByRole('radio', { name: '4' }).check();
  await who.page.getByRole('checkbox', { name: '3' }).check();
  await who.page.getByRole('checkbox', { name: '5' }).check();
  await who.page.getByLabel('Your answer').fill('Rome');
  await who.see('1 question is not answered yet.');
  await who.see(/Saved \d/);
  await who.page.reload();
  await who.see('1 question is not answered yet.');
  expect(await who.page.getByRole('checkbox', { name: '5' }).isChecked()).toBe(true);
  await who.page.getByLabel('Your number').fill('0.2');
  await who.look('quiz');
  await who.button('Answer').click();
  await who.see('2 of 4 right');
  await who.look('quiz-partly');
  await who.page.getByLabel('Your answer').fill('paris');
  await who.button(/^Answer/).click();
  await who.see(/3 of 4 right.*\+10 points/);
  await who.page.goto(`/learn/modules/${where.quiz?.content.crumbs[0].module_id}`);
  await who.see(who.page.getByRole('img', { name: '1 of 5 contents passed' }));
});

test('PRA-09 PRA-13 the catalogue is searched and filtered, and its address and back button keep that', async () => {
  await world.user('ole');
  const who = await visit();
  await who.signIn('ole', '/learn');
  await who.see(who.link(/Test course/));
  await who.page.getByRole('searchbox', { name: 'Search courses' }).fill('nothing like it');
  await who.see(who.heading('No course fits'));
  await who.look('catalogue-none');
  await who.button('Clear the filters').click();
  await who.see(who.link(/Test course/));
  await who.page.getByLabel('Difficulty').selectOption('hard');
  await who.see(who.heading('No course fits'));
  await who.page.getByLabel('Difficulty').selectOption('easy');
  await who.page.getByLabel('Language', { exact: true }).selectOption('python');
  await who.page.getByLabel('New to me').check();
  await who.see(who.link(/Test course/));
  const address = who.page.url();
  for (const part of ['difficulty=easy', 'language=python', 'state=new']) expect(address).toContain(part);
  await who.link(/Test course/).click();
  await who.see(who.heading('Test course'));
  await who.page.goBack();
  await who.page.waitForURL(address);
  await who.page.reload();
  expect(await who.page.getByLabel('Difficulty').inputValue()).toBe('easy');
});

test('PRA-11 a guest reads the course and is invited to sign up', async () => {
  const who = await visit();
  await who.go(`/learn/modules/${where.quiz?.content.crumbs[0].module_id}`);
  await who.see(who.heading('Test course'));
  await who.look('course-guest');
  await who.link('Sign up to begin').click();
  await who.see(who.heading('Make an account'));
});
