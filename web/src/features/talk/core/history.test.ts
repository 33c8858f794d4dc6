import { expect, test } from 'vitest';
import { addPage, type History, nothing, put, remove, replaceFrom, trim } from './history';
import type { Message } from './shapes';
import { below, id, message, seeded, shuffled } from './testing';

const seqs = (history: History): number[] => history.messages.map((each) => each.seq);
const page = (from: number, to: number, has_before: boolean) => ({
  messages: Array.from({ length: to - from + 1 }, (_, i) => message(to - i)),
  has_before,
});

test('a page comes newest first and stands oldest first', () => {
  expect(seqs(addPage(nothing, page(5, 8, true)))).toEqual([5, 6, 7, 8]);
});

test('an older version never replaces a newer one', () => {
  const edited = put(addPage(nothing, page(1, 3, false)), message(2, { version: 3, content: 'c' }));
  const late = put(edited, message(2, { version: 2, content: 'b' }));
  expect(late.messages[1]?.content).toBe('c');
  expect(put(edited, message(2, { version: 3 }))).toBe(edited);
});

test('what was deleted does not come back', () => {
  const gone = remove(addPage(nothing, page(1, 3, false)), id(2));
  expect(seqs(put(gone, message(2, { version: 9 })))).toEqual([1, 3]);
  expect(seqs(addPage(remove(nothing, id(2)), page(1, 3, false)))).toEqual([1, 3]);
});

test('a message before what is loaded leaves no hole', () => {
  expect(seqs(put(addPage(nothing, page(5, 8, true)), message(2)))).toEqual([5, 6, 7, 8]);
});

test('an edit of a message that is not loaded yet holds when it is', () => {
  const edited = put(
    addPage(nothing, page(5, 8, true)),
    message(3, { version: 2, content: 'new' }),
  );
  const older = addPage(edited, page(1, 4, false));
  expect(seqs(older)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(older.messages[2]?.content).toBe('new');
  expect(older.from).toBe(0);
});

test('what comes while the first page is on its way is not lost', () => {
  const early = [message(9), message(3, { version: 2, content: 'new' })].reduce(put, nothing);
  const history = addPage(early, page(5, 8, true));
  expect(seqs(history)).toEqual([5, 6, 7, 8, 9]);
  expect(addPage(history, page(1, 4, false)).messages[2]?.content).toBe('new');
});

test('loaded anew, what is missing was deleted, and what came meanwhile stays', () => {
  const before = addPage(nothing, page(3, 6, true));
  const asked = new Set(before.messages.map((each) => each.id));
  const meanwhile = put(before, message(9));
  const answer = [message(3), message(5, { version: 2, content: 'e' }), message(7)];
  const history = replaceFrom(meanwhile, answer, asked);
  expect(seqs(history)).toEqual([3, 5, 7, 9]);
  expect(history.messages[1]?.content).toBe('e');
});

test('loaded anew to find everything deleted', () => {
  const before = addPage(nothing, page(3, 6, true));
  expect(seqs(replaceFrom(before, [], new Set(before.messages.map((each) => each.id))))).toEqual(
    [],
  );
});

test('a long history that nobody looks at keeps its end, and can be loaded further', () => {
  const history = trim(addPage(nothing, page(1, 500, false)));
  expect(history.messages).toHaveLength(200);
  expect(history.from).toBe(301);
  expect(seqs(addPage(history, page(251, 300, true)))).toHaveLength(250);
});

// A channel on a server: what is said, changed and deleted in it, and the events of that.
class Truth {
  readonly all = new Map<string, Message>();
  readonly events: ((history: History) => History)[] = [];
  #seq = 0;

  act(random: () => number): void {
    const known = [...this.all.values()];
    const one = known[below(random, known.length)];
    const what = random();
    if (!one || what < 0.6) this.#say();
    else if (what < 0.85) this.#edit(one);
    else this.#delete(one);
  }
  #say(): void {
    this.#seq += 1;
    this.#now(message(this.#seq));
  }
  #edit(one: Message): void {
    const version = one.version + 1;
    this.#now({ ...one, version, content: `${one.id} v${version}` });
  }
  #now(one: Message): void {
    this.all.set(one.id, one);
    this.events.push((history) => put(history, one));
  }
  #delete(one: Message): void {
    this.all.delete(one.id);
    this.events.push((history) => remove(history, one.id));
  }
  list(): Message[] {
    return [...this.all.values()].sort((a, b) => a.seq - b.seq);
  }
  page(limit: number, before = Number.POSITIVE_INFINITY) {
    const older = this.list().filter((each) => each.seq < before);
    return { messages: older.slice(-limit).reverse(), has_before: older.length > limit };
  }
}

test('state before + events, in any order and repeated = state loaded anew', () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = seeded(seed);
    const truth = new Truth();
    for (let i = below(random, 30); i > 0; i -= 1) truth.act(random);
    // The page is read at one moment and arrives at another; the older one likewise.
    const newest = truth.page(5);
    const oldest = newest.messages.at(-1)?.seq;
    const heard = truth.events.length;
    for (let i = below(random, 30); i > 0; i -= 1) truth.act(random);
    const older = truth.page(1000, oldest ?? 0);
    for (let i = below(random, 30); i > 0; i -= 1) truth.act(random);
    const events = truth.events.slice(heard);
    const repeated = events.filter(() => random() < 0.3);
    const steps = shuffled([...events, ...repeated], random);
    const first = below(random, steps.length + 1);
    const second = first + below(random, steps.length - first + 1);
    let history: History = nothing;
    const play = (part: typeof steps): void => {
      for (const step of part) history = step(history);
    };
    play(steps.slice(0, first));
    history = addPage(history, newest);
    play(steps.slice(first, second));
    if (newest.has_before) history = addPage(history, older);
    play(steps.slice(second));
    expect(history.messages, `seed ${seed}`).toEqual(truth.list());
  }
});

test('after a break of any length, loaded anew = what the server has, whatever arrived meanwhile', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seeded(seed);
    const truth = new Truth();
    for (let i = 5 + below(random, 20); i > 0; i -= 1) truth.act(random);
    let history = addPage(nothing, truth.page(1000));
    for (let i = below(random, 20); i > 0; i -= 1) truth.act(random); // never heard of
    const asked = new Set(history.messages.map((each) => each.id));
    const from = history.messages[0]?.seq ?? 0;
    const answer = truth.list().filter((each) => each.seq >= from);
    const heard = truth.events.length;
    for (let i = below(random, 10); i > 0; i -= 1) truth.act(random);
    const events = shuffled(truth.events.slice(heard), random);
    const early = below(random, events.length + 1);
    for (const step of events.slice(0, early)) history = step(history);
    history = replaceFrom(history, answer, asked);
    for (const step of events.slice(early)) history = step(history);
    expect(history.messages, `seed ${seed}`).toEqual(truth.list());
  }
});
