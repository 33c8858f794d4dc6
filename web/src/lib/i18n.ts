// English is in the bundle, French is loaded when it is chosen. locales/fr.ts has the same keys, or
// does not compile.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from '@/locales/en';
import { keepWord, recallWord } from './storage';

export type Locale = 'en' | 'fr';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const isLocale = (word: string | null | undefined): word is Locale =>
  word === 'en' || word === 'fr';

function firstLocale(): Locale {
  const chosen = recallWord('locale');
  if (isLocale(chosen)) return chosen;
  for (const tag of navigator.languages) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLocale(language)) return language;
  }
  return 'en';
}

async function load(locale: Locale): Promise<void> {
  if (i18next.hasResourceBundle(locale, 'translation')) return;
  const { fr } = await import('@/locales/fr');
  i18next.addResourceBundle(locale, 'translation', fr);
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  await switchLanguage(firstLocale(), false);
}

/** `remember`: chosen by hand, so it stays on this device. */
export async function switchLanguage(locale: string, remember = true): Promise<void> {
  if (!isLocale(locale)) return;
  await load(locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  if (remember) keepWord('locale', locale);
}

export const currentLocale = (): Locale => (isLocale(i18next.language) ? i18next.language : 'en');
