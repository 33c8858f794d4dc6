// People who talk all the time in one channel, and listen, whatever becomes of the server; and what must be true then.
import { expect } from 'vitest';
import { type Client, until } from './client.ts';
import { bearer, Gateway } from './gateway.ts';
import type { Json } from './socket.ts';
import { createServer, general, history, join } from './talk.ts';
import type { World } from './world.ts';

const people = 16;
const sessions = 4; // of each
const patience = 90_000; // ms: a broker's start, and a circuit breaker that waits

export class Talker {
  readonly acknowledged: Json[] = [];
  readonly seen: Json[] = []; // in the order of hearing or reading them; nothing is thrown away
  readonly wrong: string[] = [];
  readonly codes: number[] = []; // by which its connections were closed
  resumed = 0;
  anew = 0;
  gateway: Gateway | undefined;
  readonly #client: Client;
  readonly #channel: string;
  readonly #name: string;
  #over = false;
  #catchingUp: Json[] | undefined; // what is heard while the history is read

  constructor(client: Client, channel: string, name: string) {
    this.#client = client;
    this.#channel = channel;
    this.#name = name;
  }

  end(): void {
    this.#over = true;
  }

  async send(goesOn: () => boolean, breathMs: number): Promise<void> {
    for (let n = 0; goesOn(); ++n) {
      if (breathMs) await new Promise((resolve) => setTimeout(resolve, breathMs * Math.random()));
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const body = { content: `${this.#name}.${n}` };
      const answer = await until(async () => {
        const tried = await this.#client.post(`/api/v1/channels/${this.#channel}/messages`, body, headers).catch(() => undefined);
        return tried?.status === 503 ? undefined : tried;
      }, patience);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      this.acknowledged.push(answer.body);
    }
  }

  // Connects, and again whenever the connection ends.
  async listen(): Promise<void> {
    let before: Gateway | undefined;
    while (!this.#over) {
      const gateway = await Gateway.open(this.#client.url, bearer(this.#client)).catch(() => undefined);
      if (!gateway) {
        await new Promise((resolve) => setTimeout(resolve, 20 + 80 * Math.random()));
        continue;
      }
      gateway.onEvent = (event) => event.t === 'MESSAGE_CREATE' && this.#hear(event.d);
      try {
        if (before && (await gateway.resume(before.place))) ++this.resumed;
        else {
          before = undefined;
          await this.#begin(gateway);
        }
        before = this.gateway = gateway;
        this.codes.push((await gateway.ended()).code);
      } catch {
        if (before) before = gateway; // it ended while resuming, part of which may have come
        await gateway.cut();
      }
      this.wrong.push(...gateway.wrong);
    }
  }

  // A session of its own, and what the history has since the last message that was seen.
  async #begin(gateway: Gateway): Promise<void> {
    gateway.place = { session_id: '', seq: 0 };
    this.#catchingUp = [];
    const ready = await gateway.identify();
    const last = ready.servers[0].channels[0].last_seq;
    while ((this.seen.at(-1)?.seq ?? 0) < last) {
      const page = await history(this.#client, this.#channel, `?limit=100&after=${this.seen.at(-1)?.id ?? 0}`);
      for (const message of page.messages.reverse()) if (message.seq <= last) this.seen.push(message);
    }
    ++this.anew;
    const heard = this.#catchingUp;
    this.#catchingUp = undefined;
    this.seen.push(...heard);
  }

  #hear(message: Json): void {
    (this.#catchingUp ?? this.seen).push(message);
  }
}

export class Talkers {
  readonly all: Talker[];
  readonly #reader: Client;
  readonly #channel: string;
  #listening: Promise<void>[] = [];
  #sending: Promise<void>[] = [];
  #goesOn = true;

  private constructor(all: Talker[], reader: Client, channel: string) {
    this.all = all;
    this.#reader = reader;
    this.#channel = channel;
  }

  // 64 sessions of 16 members of one server.
  static async in(world: World): Promise<Talkers> {
    const clients: Client[] = [];
    for (let i = 0; i < people; ++i) clients.push(await world.user(`person${i}`));
    const [owner, ...others] = clients as [Client, ...Client[]];
    const server = await createServer(owner, 'Storm');
    const channel = await general(owner, server.id);
    for (const client of others) await join(client, server.id);
    const all = clients.flatMap((client, i) => Array.from({ length: sessions }, (_, k) => new Talker(client, channel, `${i}.${k}`)));
    return new Talkers(all, owner, channel);
  }

  // All listen, and then all send, with pauses of `breathMs` at most: every message is heard 64 times, in this process.
  async begin(breathMs = 0): Promise<void> {
    this.#listening = this.all.map((talker) => talker.listen());
    await until(async () => this.all.every((talker) => talker.gateway) || undefined);
    this.#sending = this.all.map((talker) => talker.send(() => this.#goesOn, breathMs));
  }

  // Until so many more have been acknowledged.
  async more(count: number): Promise<void> {
    const acknowledged = () => this.count((talker) => talker.acknowledged.length);
    const due = acknowledged() + count;
    await until(async () => acknowledged() >= due || undefined, patience);
  }

  // The sum over all of them.
  count(of: (talker: Talker) => number): number {
    return this.all.reduce((sum, talker) => sum + of(talker), 0);
  }

  // They fall silent: what was acknowledged is in the history once and in order, and everybody has seen just that.
  async check(): Promise<void> {
    this.#goesOn = false;
    await Promise.all(this.#sending);
    const place = ({ id, seq, content }: Json) => `${seq} ${id} ${content}`;
    const all = await this.#wholeHistory();
    expect(all.map((message) => message.seq)).toEqual(all.map((_, i) => i + 1));
    expect(all.every((message, i) => i === 0 || BigInt(message.id) > BigInt(all[i - 1].id))).toBe(true);
    const sent = this.all.flatMap((talker) => talker.acknowledged).sort((a, b) => a.seq - b.seq);
    expect(sent.map(place)).toEqual(all.map(place));
    for (const talker of this.all) {
      expect(talker.acknowledged.every((message, i, own) => i === 0 || message.seq > own[i - 1].seq)).toBe(true);
      await until(async () => talker.seen.length >= all.length || undefined, patience).catch(() => {}); // the comparison says what is missing
      expect(talker.seen.map(place)).toEqual(all.map(place));
    }
  }

  async end(): Promise<void> {
    for (const talker of this.all) talker.end();
    await Promise.all(this.all.map((talker) => talker.gateway?.cut()));
    await Promise.all(this.#listening);
    for (const talker of this.all) expect(talker.wrong).toEqual([]);
  }

  async #wholeHistory(): Promise<Json[]> {
    const all: Json[] = [];
    for (let more = true; more; ) {
      const page = await history(this.#reader, this.#channel, `?limit=100&after=${all.at(-1)?.id ?? 0}`);
      all.push(...page.messages.reverse());
      more = page.has_after;
    }
    return all;
  }
}
