import { createInstance, type TFunction } from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { en } from '@/locales/en';
import { fr } from '@/locales/fr';
import type { Problem } from './problem';
import { problemWords } from './problemWords';

let inEnglish: TFunction;
let inFrench: TFunction;

beforeAll(async () => {
  const words = createInstance();
  await words.init({
    resources: { en: { translation: en }, fr: { translation: fr } },
    interpolation: { escapeValue: false },
  });
  inEnglish = words.getFixedT('en') as TFunction;
  inFrench = words.getFixedT('fr') as TFunction;
});

const refused = (reason: string, more: Partial<Problem> = {}): Problem => ({
  status: 400,
  reason,
  message: 'the server’s own words',
  ...more,
});

test('a known reason is said in the reader’s language', () => {
  expect(problemWords(refused('password_common'), inFrench)).toBe(fr.reason.password_common);
  expect(problemWords(refused('rate_limited', { retryAfterS: 7 }), inEnglish)).toBe(
    'That was too often. Try again in 7 seconds.',
  );
});

test('a vague reason names its field, also one within a list', () => {
  const said = problemWords(refused('too_long', { field: 'files[2].content' }), inFrench);
  expect(said).toBe('Fichiers : C’est trop long.');
  expect(problemWords(refused('not_a_picture', { field: 'picture' }), inEnglish)).toBe(
    en.reason.not_a_picture,
  );
  expect(problemWords(refused('too_long', { field: 'of_no_form' }), inEnglish)).toBe(
    en.reason.too_long,
  );
});

test('an unknown reason is a sentence for its status, and what the server says', () => {
  const says = (status: number) => problemWords(refused('never_heard_of', { status }), inFrench);
  expect(says(400)).toBe('Le serveur n’accepte pas cela. Le serveur dit : the server’s own words');
  expect(says(418)).toContain(fr.refusal.status400);
  expect(says(403)).toContain(fr.refusal.status403);
  expect(says(502)).toContain(fr.refusal.status500);
  expect(says(0)).toContain(fr.refusal.status0);
});

test('no word of JavaScript’s own objects is taken for a reason', () => {
  expect(problemWords(refused('constructor'), inEnglish)).toContain(en.refusal.status400);
});
