// Beep in several processes while everybody talks: the process with the messages is killed, and the broker.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Apart } from '../lib/apart.ts';
import { until } from '../lib/client.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { hasRabbitMq, RabbitMq } from '../lib/rabbitmq.ts';
import { Talkers } from '../lib/talkers.ts';
import { unlimited, World } from '../lib/world.ts';

const plan = [['gateway', 'realtime'], ['messages'], ['…']];
const between = 250; // acknowledged messages
const vhosts = ['one', 'other']; // one for each test

describe.skipIf(!(await hasRabbitMq()))('PLAT-05 who talks and who reads does not notice more than a pause', () => {
  let rabbit: RabbitMq;
  let apart: Apart;
  let world: World;
  let talkers: Talkers;

  beforeAll(async () => {
    rabbit = await RabbitMq.start(...vhosts);
  });
  afterAll(() => rabbit?.stop());
  beforeEach(async () => {
    const vhost = vhosts.pop() as string;
    apart = await Apart.start(plan, { settings: [...unlimited, '--messages.throttle_count=0', `--server.bus=${rabbit.url(vhost)}`] });
    world = await World.of(apart);
    talkers = await Talkers.in(world);
    await connected(2);
  });
  afterEach(() => world?.stop());

  // How many of the gateway's two connections to the broker there are.
  const connected = (count: number) =>
    until(async () => total(parseMetrics(await (await fetch(`${apart.url}/metrics`)).text()), 'broker_connected') === count || undefined, 60_000);

  test('PLAT-03 CHA-03 CHA-14 the process with the messages is killed, and no reader loses its connection', async () => {
    await talkers.begin();
    for (let kills = 0; kills < 3; ++kills) {
      await talkers.more(between);
      await apart.killPart('messages');
      await apart.startPart(apart.part('messages'));
    }
    await talkers.more(between);
    await talkers.check();
    expect(talkers.all.map(({ codes, anew }) => [codes, anew])).toEqual(talkers.all.map(() => [[], 1]));
    await talkers.end();
  }, 240_000);

  // The broker needs its time to start: half a minute in all, and far more on a busy machine.
  test.skipIf(!process.env.LYCEUM_LONG_TESTS)('CHA-03 CHA-14 the broker is killed or stops in good order, and everybody reads on after it is back', async () => {
    await talkers.begin(2_000);
    for (const ends of [() => rabbit.kill(), () => rabbit.shutDown()]) {
      await talkers.more(between);
      await ends();
      await connected(0);
      await talkers.more(between); // nobody who sends needs it
      await rabbit.start();
      await connected(2);
    }
    await talkers.more(between);
    await talkers.check();
    // Everybody began anew, as something may have been missed: each time, but who was still at it when the next came.
    for (const { codes, anew } of talkers.all) {
      expect(codes.length).toBeGreaterThanOrEqual(1);
      expect(codes).toEqual(codes.map(() => 4000));
      expect(anew).toBe(codes.length + 1);
    }
    await talkers.end();
  }, 600_000);
});
