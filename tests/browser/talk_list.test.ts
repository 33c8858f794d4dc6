// Talk's list of messages stands still: nothing that comes or grows moves what one reads.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser, type Visitor } from '../lib/browser.ts';
import type { Client } from '../lib/client.ts';
import { World } from '../lib/world.ts';
import { box, list, message, type Place, place, say, write } from './talk.ts';

let world: World;
let ann: Client;
let bob: Client;

beforeAll(async () => {
  world = await World.start({ settings: ['--messages.throttle_count=0'] });
  ann = await world.user('ann');
  bob = await world.user('bob');
});
afterAll(() => world?.stop());
const { visit } = useBrowser(() => world);

// A channel in which bob has said `line 1;` up to `line COUNT;`, some of them high.
async function talked(name: string, count: number): Promise<Place> {
  const where = await place(name, ann, bob);
  for (let i = 1; i <= count; i += 1) await say(bob, where, `line ${i};${i % 7 === 0 ? '\n\n```\none\ntwo\nthree\n```' : ''}`);
  return where;
}

async function allRead(where: Place): Promise<void> {
  const { messages } = (await ann.get(`/api/v1/channels/${where.channelId}/messages?limit=1`)).body;
  await ann.put(`/api/v1/channels/${where.channelId}/read`, { message_id: messages[0].id });
}

// How far the end of the list is below the screen's edge of it.
const below = (who: Visitor): Promise<number> =>
  list(who).evaluate((element) => {
    let at = element as HTMLElement;
    while (!/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement as HTMLElement;
    return Math.round(at.firstElementChild?.getBoundingClientRect().bottom ?? 0) - Math.round(at.getBoundingClientRect().bottom);
  });

const scrollBy = (who: Visitor, pixels: number): Promise<void> =>
  list(who).evaluate((element, by) => {
    let at = element as HTMLElement;
    while (!/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement as HTMLElement;
    at.scrollBy(0, by);
  }, pixels);

const frames = (who: Visitor): Promise<unknown> =>
  who.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

const onScreen = async (what: Locator): Promise<boolean> => (await what.count()) > 0 && ((await what.boundingBox())?.y ?? -1) > 0;

// A message in the middle of the screen.
const inView = async (who: Visitor): Promise<string> =>
  list(who).evaluate((element) => {
    const middle = window.innerHeight / 2;
    const rows = [...element.querySelectorAll('article')];
    return rows.find((row) => row.getBoundingClientRect().bottom > middle)?.dataset.message ?? '';
  });

// Reads where a message stands in each frame until `stop`: as it is painted, which an intersection observer tells, as
// it looks after all that may still move something in that frame.
async function watch(who: Visitor, key: string): Promise<{ stop: () => Promise<number[]> }> {
  await who.page.evaluate((key) => {
    const state = { tops: [] as number[], on: true };
    Object.assign(window, { watched: state });
    const painted = new IntersectionObserver((entries) => {
      for (const { boundingClientRect } of entries) state.tops.push(boundingClientRect.top);
    });
    const frame = (): void => {
      const row = document.querySelector(`[data-message="${key}"]`);
      painted.disconnect();
      if (row) painted.observe(row);
      else state.tops.push(Number.NaN);
      if (state.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, key);
  return {
    stop: async () => {
      await frames(who);
      return who.page.evaluate(() => {
        const { watched } = window as unknown as { watched: { tops: number[]; on: boolean } };
        watched.on = false;
        return watched.tops;
      });
    },
  };
}

const deviation = (tops: number[]): number => Math.max(...tops.map((top) => Math.abs(top - (tops[0] ?? 0))));

// Makes a row higher or lower in a frame, as a picture does that has come.
const grow = (row: Locator, pixels: number): Promise<unknown> =>
  row.evaluate(
    (element, by) =>
      new Promise((done) =>
        requestAnimationFrame(() => {
          (element as HTMLElement).style.paddingBottom = `${by}px`;
          done(null);
        }),
      ),
    pixels,
  );

test('WEB what one reads does not move by a pixel in any frame: pages above, blocks that grow, messages below', async () => {
  const where = await talked('Still', 160);
  await allRead(where);
  const a = await visit();
  let letOlder = (): void => {};
  const mayCome = new Promise<void>((done) => {
    letOlder = done;
  });
  await a.page.route(/messages\?.*before=/, async (route) => {
    await mayCome;
    await route.continue();
  });
  await a.signIn('ann', where.path);
  await a.see(message(a, 'line 160;'));
  const asked = a.page.waitForRequest(/messages\?.*before=/);
  await scrollBy(a, -900);
  await asked;
  await frames(a);
  const rows = list(a).locator(':scope > li');
  const count = await rows.count();
  const key = await inView(a);
  const { stop } = await watch(a, key);
  letOlder();
  await expect.poll(() => rows.count()).toBeGreaterThan(count + 40);
  const above = rows.nth(3);
  for (const pixels of [317, 40, 0]) await grow(above, pixels);
  for (const pixels of [480, 33, 0]) await grow(rows.last(), pixels);
  for (let i = 0; i < 12; i += 1) await say(bob, where, `meanwhile ${i}\n\n- a\n- b`);
  await expect.poll(() => message(a, 'meanwhile 11').count()).toBe(1);
  await a.see(a.button(/New messages/));
  await grow(rows.nth(5), 211);
  await grow(rows.last(), 222);
  const tops = await stop();
  expect(tops.length).toBeGreaterThan(20);
  expect(deviation(tops)).toBeLessThanOrEqual(1);
  // It is the same message, and it is on the screen.
  expect(await a.page.locator(`[data-message="${key}"]`).isVisible()).toBe(true);
});

test('WEB edits, deletions and a field that grows do not move what one reads', async () => {
  const where = await talked('Changes', 60);
  await allRead(where);
  const { messages } = (await bob.get(`/api/v1/channels/${where.channelId}/messages?limit=50`)).body;
  const of = (line: number): string => messages.find((each: { content: string }) => each.content.startsWith(`line ${line};`)).id;
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(message(a, 'line 60;'));
  await scrollBy(a, -500);
  await expect.poll(() => message(a, 'line 1;').count()).toBe(1);
  await frames(a);
  const { stop } = await watch(a, await inView(a));
  await bob.patch(`/api/v1/messages/${of(59)}`, { content: 'much\n\n- longer\n- than\n- before' });
  await a.see(message(a, 'longer'));
  await bob.patch(`/api/v1/messages/${of(15)}`, { content: 'higher\n\n- up\n- too' });
  await expect.poll(() => message(a, 'higher').count()).toBe(1);
  for (const line of [60, 58, 16]) await bob.delete(`/api/v1/messages/${of(line)}`);
  await expect.poll(() => message(a, /line (60|58|16);/).count()).toBe(0);
  await box(a).fill('a\nb\nc\nd');
  await box(a).fill('');
  const tops = await stop();
  expect(tops.length).toBeGreaterThan(2);
  expect(deviation(tops)).toBeLessThanOrEqual(1);
});

test('WEB who scrolls up through pages that come sees messages only go down', async () => {
  const where = await talked('Upwards', 200);
  await allRead(where);
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(message(a, 'line 200;'));
  const newest = await message(a, 'line 200;').getAttribute('data-message');
  const { stop } = await watch(a, newest ?? '');
  const beginning = a.page.getByText('This is the beginning of #general');
  await list(a).hover();
  for (let i = 0; i < 200 && !(await onScreen(beginning)); i += 1) {
    await a.page.mouse.wheel(0, -240);
    await frames(a);
  }
  await a.see(beginning);
  const tops = await stop();
  const backwards = tops.filter((top, i) => top < (tops[i - 1] ?? top) - 1);
  expect(backwards).toEqual([]);
  expect((tops.at(-1) ?? 0) - (tops[0] ?? 0)).toBeGreaterThan(3000);
});

test('WEB who is at the end stays there through a burst; a channel opens at what is new', async () => {
  const where = await talked('Burst', 60);
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(a.page.getByText('New', { exact: true }));
  await a.button(/Jump to the latest/).click();
  await a.see(message(a, 'line 60;'));
  await Promise.all(Array.from({ length: 15 }, (_, i) => say(bob, where, `burst ${i};\nand\nmore`)));
  await expect.poll(() => message(a, /burst \d+;/).count()).toBe(15);
  expect(await below(a)).toBe(0);
  // As one cannot know which of them is last, whichever it is must be in view.
  const last = list(a).locator(':scope > li').last();
  expect(await last.evaluate((row) => row.getBoundingClientRect().bottom <= window.innerHeight)).toBe(true);
  expect(await a.button(/Jump to the latest/).count()).toBe(0);
  await grow(last, 300);
  await frames(a);
  expect(await below(a)).toBe(0);
});

test('WEB own words bring one to the end; a few messages stand above the field', async () => {
  const where = await talked('Few', 3);
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(message(a, 'line 3;'));
  const gap = async (): Promise<number> => {
    const row = await list(a).boundingBox();
    const field = await box(a).boundingBox();
    return (field?.y ?? 0) - ((row?.y ?? 0) + (row?.height ?? 0));
  };
  expect(await gap()).toBeGreaterThan(0);
  expect(await gap()).toBeLessThan(40);
  for (let i = 0; i < 40; i += 1) await say(bob, where, `more ${i};`);
  await expect.poll(() => message(a, 'more 39;').count()).toBe(1);
  await scrollBy(a, -600);
  await a.see(a.button(/Jump to the latest/));
  await write(a, 'here I am');
  await a.see(message(a, 'here I am'));
  await expect.poll(() => below(a)).toBe(0);
});

test('WEB of a long channel only a part is on the page, and all of it can be read', async () => {
  const where = await talked('Endless', 900);
  await allRead(where);
  const a = await visit();
  await a.signIn('ann', where.path);
  await a.see(message(a, 'line 900;'));
  const rows = list(a).locator(':scope > li');
  const beginning = a.page.getByText('This is the beginning of #general');
  const seen = new Set<number>();
  const look = async (): Promise<void> => {
    const lines = await list(a).evaluate((element) =>
      [...element.querySelectorAll('article')]
        .filter((row) => row.getBoundingClientRect().bottom > 100 && row.getBoundingClientRect().top < window.innerHeight - 80)
        .map((row) => Number(/line (\d+);/.exec(row.textContent ?? '')?.[1])),
    );
    for (const line of lines) seen.add(line);
  };
  for (let i = 0; i < 400 && !(await onScreen(beginning)); i += 1) {
    await look();
    await scrollBy(a, -500);
    await frames(a);
    expect(await rows.count()).toBeLessThanOrEqual(450);
  }
  await look();
  expect(Array.from({ length: 900 }, (_, i) => i + 1).filter((line) => !seen.has(line))).toEqual([]);
  expect(await message(a, 'line 900;').count()).toBe(0);
  const { stop } = await watch(a, await inView(a));
  await say(bob, where, 'far below');
  await a.see(a.button(/New messages/));
  expect(deviation(await stop())).toBeLessThanOrEqual(1);
  await a.button(/Jump to the latest/).click();
  await a.see(message(a, 'far below'));
  await expect.poll(() => below(a)).toBe(0);
  expect(await rows.count()).toBeLessThanOrEqual(450);
});
