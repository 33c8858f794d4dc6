// kill -9 while everybody talks, and cables pulled in between: what was acknowledged is in the history once
// and in order, and everybody has seen each message exactly once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../lib/server.ts';
import { Talkers } from '../lib/talkers.ts';
import { World } from '../lib/world.ts';

const kills = 4;
const between = 250; // acknowledged messages

let world: World;
let talkers: Talkers;

beforeAll(async () => {
  world = await World.start({ listen: `127.0.0.1:${await freePort()}`, settings: ['--messages.throttle_count=0'] });
  talkers = await Talkers.in(world);
});
afterAll(() => world?.stop());

test('CHA-03 CHA-14 nothing acknowledged is lost, nothing is there twice, and everybody has seen each message once, however often the server is killed', async () => {
  await talkers.begin();
  for (let round = 0; round < kills; ++round) {
    await talkers.more(between / 2);
    for (const talker of talkers.all.filter((_, i) => i % 5 === round)) await talker.gateway?.cut();
    await talkers.more(between / 2);
    await world.server.kill();
    await world.restart();
  }
  await talkers.more(between);
  await talkers.check();
  await talkers.end();
  expect(talkers.count((talker) => talker.resumed)).toBeGreaterThan(0);
  expect(talkers.count((talker) => talker.anew)).toBeGreaterThan(talkers.all.length);
}, 240_000);
