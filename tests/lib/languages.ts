// Which texts of the web app are still English on a page that should be French.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

type Texts = { [key: string]: string | Texts };

async function load(name: 'en' | 'fr'): Promise<Map<string, string>> {
  const file = pathToFileURL(join(import.meta.dirname, `../../web/src/locales/${name}.ts`)).href;
  const texts = ((await import(/* @vite-ignore */ file)) as Record<string, Texts>)[name] as Texts;
  const out = new Map<string, string>();
  const visit = (node: Texts, path: string) => {
    for (const [key, value] of Object.entries(node))
      if (typeof value === 'string') out.set(`${path}${key}`, value);
      else visit(value, `${path}${key}.`);
  };
  visit(texts, '');
  return out;
}

export interface Marker {
  key: string;
  pattern: RegExp;
}

// Whole English texts, with anything where a value is filled in; those that are the same in French, and those
// that are little but values, say nothing.
export async function englishMarkers(): Promise<Marker[]> {
  const [english, french] = [await load('en'), await load('fr')];
  const letters = (text = '') => text.replace(/\{\{.*?\}\}|<.*?>/g, '').replace(/\P{L}/gu, '');
  const frenchTexts = new Set([...french.values()].map(letters));
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return [...english]
    .filter(([, text]) => !frenchTexts.has(letters(text)) && letters(text).length >= 4)
    .map(([key, text]) => {
      const plain = text.replace(/<.*?>/g, '');
      const pattern = plain.split(/(\{\{.*?\}\})/).map((part, i) => (i % 2 === 0 ? escape(part) : /count|number|done/.test(part) ? '[\\d\\s.,]+' : '.{1,80}'));
      return { key, pattern: new RegExp(`^${pattern.join('')}$`) };
    });
}

// Every line, label, placeholder and tooltip that one can see or hear.
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out = new Set<string>();
    const add = (text: string | null | undefined) => {
      for (const line of (text ?? '').split('\n')) if (line.trim()) out.add(line.trim());
    };
    add(document.body.innerText);
    for (const element of document.querySelectorAll('button, a, h1, h2, h3, label, p, th, td, dt, option, legend, [role]')) add(element.textContent);
    for (const element of document.querySelectorAll('*'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-roledescription']) add(element.getAttribute(name));
    return [...out];
  });
}

// `data`: what people and courses are called.
export async function stillEnglish(page: Page, markers: Marker[], data: string[] = []): Promise<string[]> {
  const texts = (await textsOf(page)).filter((text) => !data.includes(text));
  return texts.flatMap((text) => markers.filter((marker) => marker.pattern.test(text)).map((marker) => `${marker.key}: ${text}`));
}
