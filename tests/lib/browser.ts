// Chromium for tests: people who visit a server, and whatever goes wrong on their pages fails the test.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { password, type World } from './world.ts';

const program = process.env.CHROMIUM ?? '/usr/bin/chromium';
const screenshots = join(import.meta.dirname, '../screenshots');
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

// Chromium's own sandbox does not start as root; and nothing but the server under test is to be reached.
const flags = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export interface VisitOptions {
  locale?: string; // of the browser: en-GB
  theme?: 'light' | 'dark'; // of the system: light
  phone?: boolean;
  keep?: boolean; // stays open after the test, for the next ones of the file
}

export interface Visitors {
  // Somebody with a browser profile of its own; a guest until signIn.
  visit(options?: VisitOptions): Promise<Visitor>;
}

// Call it once at the top of a test file.
export function useBrowser(world: () => World): Visitors {
  let browser: Browser;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    await mkdir(screenshots, { recursive: true });
    browser = await chromium.launch({ executablePath: program, args: flags });
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const name = `failed-${task.name.replace(/[^\w-]+/g, '-').slice(0, 80)}`;
      await Promise.all(visitors.map((visitor, i) => visitor.page.screenshot({ path: join(screenshots, `${name}-${i}.png`) }).catch(() => {})));
    }
    const troubles = visitors.flatMap((visitor) => visitor.takeTroubles());
    await Promise.all(visitors.filter((visitor) => !visitor.keep).map((visitor) => visitor.close()));
    visitors = visitors.filter((visitor) => visitor.keep);
    expect(troubles, 'what went wrong on the pages').toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    async visit(options = {}) {
      const visitor = await Visitor.open(browser, world(), options);
      visitors.push(visitor);
      return visitor;
    },
  };
}

export class Visitor {
  readonly page: Page;
  readonly keep: boolean;
  readonly phone: boolean;
  readonly #context: BrowserContext;
  readonly #world: World;
  readonly #theme: 'light' | 'dark';
  readonly #allowed: RegExp[] = [/^401 GET \/api\/v1\/me$/]; // how a page learns that it has a guest
  #troubles: string[] = [];

  private constructor(world: World, context: BrowserContext, page: Page, options: VisitOptions) {
    this.#world = world;
    this.#context = context;
    this.#theme = options.theme ?? 'light';
    this.page = page;
    this.keep = options.keep ?? false;
    this.phone = options.phone ?? false;
  }

  static async open(browser: Browser, world: World, options: VisitOptions): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL: world.server.url,
      locale: options.locale ?? 'en-GB',
      colorScheme: options.theme ?? 'light',
      viewport: options.phone ? phone : desktop,
      hasTouch: options.phone ?? false,
      reducedMotion: 'reduce',
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    context.setDefaultTimeout(30_000);
    const visitor = new Visitor(world, context, await context.newPage(), options);
    context.on('page', (page) => visitor.#watch(page));
    visitor.#watch(visitor.page);
    return visitor;
  }

  // Another tab of the same browser.
  tab(): Promise<Page> {
    return this.#context.newPage();
  }

  setOffline(offline: boolean): Promise<void> {
    return this.#context.setOffline(offline);
  }

  // Says that such a trouble is meant to happen: "409 PUT /api/v1/…", "net::ERR_…", a console message.
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  takeTroubles(): string[] {
    const troubles = this.#troubles.filter((trouble) => !this.#allowed.some((pattern) => pattern.test(trouble)));
    this.#troubles = [];
    return troubles;
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  async go(path: string): Promise<void> {
    await this.page.goto(path);
    await this.settled();
  }

  // Through the server's own page, as everybody; ends at `path`.
  async signIn(name: string, path = '/', secret = password): Promise<void> {
    await this.page.goto(`/auth/login?return_to=${encodeURIComponent(path)}`);
    await this.fillSignIn(`${name}@example.org`, secret);
    await this.page.waitForURL((url) => url.pathname === path.split('?')[0]);
    await this.settled();
  }

  async fillSignIn(email: string, secret: string): Promise<void> {
    await this.page.locator('input[type=email]').fill(email);
    await this.page.locator('input[type=password]').fill(secret);
    await this.page.locator('form button').click();
  }

  async see(what: string | RegExp | Locator): Promise<Locator> {
    const found = typeof what === 'string' || what instanceof RegExp ? this.page.getByText(what) : what;
    await found.first().waitFor({ state: 'visible' });
    return found.first();
  }

  button = (name: string | RegExp): Locator => this.page.getByRole('button', { name });
  link = (name: string | RegExp): Locator => this.page.getByRole('link', { name });
  heading = (name: string | RegExp): Locator => this.page.getByRole('heading', { name });

  // Replaces what is in the code editor.
  async write(text: string): Promise<void> {
    const editor = this.page.getByRole('textbox', { name: /^(Code of|Code de) / });
    await editor.click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  // The text in the code editor.
  async code(): Promise<string> {
    const lines = await this.page.locator('.cm-content .cm-line').allTextContents();
    return lines.join('\n');
  }

  // Follows a link wherever it opens.
  async follow(link: Locator): Promise<Page> {
    if ((await link.getAttribute('target')) !== '_blank') {
      await link.click();
      return this.page;
    }
    const [opened] = await Promise.all([this.#context.waitForEvent('page'), link.click()]);
    await opened.waitForLoadState();
    return opened;
  }

  // Nothing is loading any more, and fonts are there.
  async settled(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        document.fonts.status === 'loaded' &&
        document.querySelector('h1, h2') !== null &&
        !document.querySelector('.mantine-Skeleton-root[data-visible]') &&
        !document.querySelector('[data-loading=true]'),
    );
  }

  // Screenshots to look at, and what can be checked of looks: axe in both themes, no scrolling to the side
  // on a phone, one h1, a title. `small: false` where a phone has another page, whose change loses the state.
  async look(name: string, { small = true } = {}): Promise<void> {
    const { page } = this;
    const before = page.viewportSize() ?? desktop;
    await page.setViewportSize(desktop);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await this.settled();
      await this.shot(`${name}-${theme}`);
      await this.axe(`${name}, ${theme}`, theme === 'light' ? {} : { runOnly: { type: 'rule', values: ['color-contrast'] } });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    if (small) {
      await page.setViewportSize(phone);
      await this.settled();
      await this.shot(`${name}-phone`);
      await this.fitsWidth(name);
    }
    await page.emulateMedia({ colorScheme: this.#theme });
    await page.setViewportSize(before);
    expect(await page.title(), `${name}: title`).toMatch(/\S/);
    await expect.poll(() => page.locator('h1:visible').count(), { message: `${name}: one h1`, timeout: 10_000 }).toBe(1);
  }

  async fitsWidth(name: string): Promise<void> {
    const wide = await this.page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      const scrolls = (element: Element | null): boolean => {
        for (let at = element; at && at !== document.documentElement; at = at.parentElement)
          if (/auto|scroll|hidden|clip/.test(getComputedStyle(at).overflowX) && at.clientWidth <= limit && at.tagName !== 'MAIN' && at.tagName !== 'BODY') return true;
        return false;
      };
      const main = document.querySelector('main');
      if (document.documentElement.scrollWidth <= limit && (!main || main.scrollWidth <= main.clientWidth)) return [];
      return [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > limit + 1 && !scrolls(element.parentElement))
        .slice(0, 5)
        .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 30)}`);
    });
    expect(wide, `${name}: wider than a phone`).toEqual([]);
  }

  // Another theme has other colours and nothing else: there the rules about colours are enough.
  async axe(what: string, options: axe.RunOptions = {}): Promise<void> {
    await this.page.evaluate(axe.source);
    const violations = await this.page.evaluate(async (options) => {
      // biome-ignore lint/suspicious/noExplicitAny: axe has just been put there
      const { violations } = await (globalThis as any).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
        resultTypes: ['violations'],
        // Of an open dialog's <header>, axe believes that it is one of the page.
        ...(document.querySelector('[role=dialog]') ? { rules: { 'landmark-no-duplicate-banner': { enabled: false }, 'landmark-unique': { enabled: false } } } : {}),
        ...options,
      });
      return violations.map((v: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }) => ({
        rule: `${v.id}: ${v.help}`,
        where: v.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} — ${node.failureSummary.split('\n').slice(1, 3).join('; ').trim()}`),
      }));
    }, options);
    expect.soft(violations, `axe: ${what}`).toEqual([]);
  }

  shot(name: string): Promise<Buffer> {
    return this.page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled', caret: 'hide' });
  }

  #watch(page: Page): void {
    const trouble = (text: string) => this.#troubles.push(text);
    const path = (url: string) => (url.startsWith(this.#world.server.url) ? url.slice(this.#world.server.url.length).split('?')[0] : url);
    page.on('pageerror', (error) => trouble(`page error: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (text.startsWith('Failed to load resource')) return; // told by the events below
      if (message.type() === 'error' || /Content.Security.Policy/i.test(text)) trouble(`console: ${text}`);
    });
    page.on('request', (request) => {
      if (/^https?:|^wss?:/.test(request.url()) && path(request.url()) === request.url()) trouble(`another host: ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED') trouble(`${why} ${request.method()} ${path(request.url())}`); // aborted: by leaving the page
    });
    page.on('response', (response) => {
      if (response.status() >= 400) trouble(`${response.status()} ${response.request().method()} ${path(response.url())}`);
    });
  }
}
