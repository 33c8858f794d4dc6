// kill -9 while everybody talks, and cables pulled in between: what was acknowledged is in the history once
// and in order, and everybody has seen each message exactly once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, until } from '../lib/client.ts';
import { bearer, Gateway, type Json } from '../lib/gateway.ts';
import { createServer, general, history, join } from '../lib/talk.ts';
import { freePort } from '../lib/server.ts';
import { World } from '../lib/world.ts';

const people = 16;
const sessions = 4; // of each
const kills = 4;
const between = 250; // acknowledged messages
const settings = ['--messages.throttle_count=0'];

let data: string;
let listen: string;
let world: World;
let channel: string;
let talkers: Talker[] = [];

// Sends without end, and listens all the time, whatever becomes of the server.
class Talker {
  readonly acknowledged: Json[] = [];
  readonly seen: Json[] = []; // in the order of hearing or reading them; nothing is thrown away
  readonly wrong: string[] = [];
  resumed = 0;
  anew = 0;
  gateway: Gateway | undefined;
  readonly #client: Client;
  readonly #name: string;
  #over = false;
  #catchingUp: Json[] | undefined; // what is heard while the history is read

  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  end(): void {
    this.#over = true;
  }

  async send(goesOn: () => boolean): Promise<void> {
    for (let n = 0; goesOn(); ++n) {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      const body = { content: `${this.#name}.${n}` };
      const answer = await until(async () => {
        const tried = await this.#client.post(`/api/v1/channels/${channel}/messages`, body, headers).catch(() => undefined);
        return tried?.status === 503 ? undefined : tried;
      });
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
        await gateway.ended();
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
      const page = await history(this.#client, channel, `?limit=100&after=${this.seen.at(-1)?.id ?? 0}`);
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

beforeAll(async () => {
  data = await mkdtemp(joinPath(tmpdir(), 'lyceum-talk-crash-'));
  listen = `127.0.0.1:${await freePort()}`;
  world = await World.start({ data, listen, settings });
  const clients: Client[] = [];
  for (let i = 0; i < people; ++i) clients.push(await world.user(`person${i}`));
  const [owner, ...others] = clients as [Client, ...Client[]];
  const server = await createServer(owner, 'Storm');
  channel = await general(owner, server.id);
  for (const client of others) await join(client, server.id);
  talkers = clients.flatMap((client, i) => Array.from({ length: sessions }, (_, k) => new Talker(client, `${i}.${k}`)));
});
afterAll(async () => {
  await world?.stop();
  await rm(data, { recursive: true, force: true });
});

const acknowledged = () => talkers.reduce((sum, talker) => sum + talker.acknowledged.length, 0);
const reached = (count: number) => until(async () => (acknowledged() >= count ? true : undefined), 60_000);

async function wholeHistory(client: Client): Promise<Json[]> {
  const all: Json[] = [];
  for (let more = true; more; ) {
    const page = await history(client, channel, `?limit=100&after=${all.at(-1)?.id ?? 0}`);
    all.push(...page.messages.reverse());
    more = page.has_after;
  }
  return all;
}

test('CHA-03 CHA-14 nothing acknowledged is lost, nothing is there twice, and everybody has seen each message once, however often the server is killed', async () => {
  const listening = talkers.map((talker) => talker.listen());
  await until(async () => (talkers.every((talker) => talker.gateway) ? true : undefined));
  let goesOn = true;
  const sending = talkers.map((talker) => talker.send(() => goesOn));
  for (let round = 0; round < kills; ++round) {
    await reached(acknowledged() + between / 2);
    for (const talker of talkers.filter((_, i) => i % 5 === round)) await talker.gateway?.cut();
    await reached(acknowledged() + between / 2);
    await world.server.kill();
    await world.restart({ listen, settings });
  }
  await reached(acknowledged() + between);
  goesOn = false;
  await Promise.all(sending);

  const all = await wholeHistory(await world.token('person0'));
  const place = ({ id, seq, content }: Json) => `${seq} ${id} ${content}`;
  expect(all.map((message) => message.seq)).toEqual(all.map((_, i) => i + 1));
  expect(all.every((message, i) => i === 0 || BigInt(message.id) > BigInt(all[i - 1].id))).toBe(true);
  const sent = talkers.flatMap((talker) => talker.acknowledged).sort((a, b) => a.seq - b.seq);
  expect(sent.map(place)).toEqual(all.map(place));
  for (const talker of talkers) {
    expect(talker.acknowledged.every((message, i, own) => i === 0 || message.seq > own[i - 1].seq)).toBe(true);
    await until(async () => (talker.seen.length >= all.length ? true : undefined));
    expect(talker.seen.map(place)).toEqual(all.map(place));
  }

  for (const talker of talkers) talker.end();
  await Promise.all(talkers.map((talker) => talker.gateway?.cut()));
  await Promise.all(listening);
  for (const talker of talkers) expect(talker.wrong).toEqual([]);
  expect(talkers.reduce((sum, talker) => sum + talker.resumed, 0)).toBeGreaterThan(0);
  expect(talkers.reduce((sum, talker) => sum + talker.anew, 0)).toBeGreaterThan(talkers.length);
}, 240_000);
