// The same Lyceum as several processes that know each other by their certificates, with events over a real RabbitMQ.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Apart, plans, services } from '../lib/apart.ts';
import { Session } from '../lib/browserless.ts';
import { Client, type Problem, parseEvents, until } from '../lib/client.ts';
import { parseMetrics, total } from '../lib/metrics.ts';
import { hasRabbitMq, RabbitMq } from '../lib/rabbitmq.ts';
import { attempt, command, freePort, Server } from '../lib/server.ts';
import { key, password, places, right, unlimited, World } from '../lib/world.ts';

const hasBroker = await hasRabbitMq();

let rabbit: RabbitMq;
beforeAll(async () => {
  if (hasBroker) rabbit = await RabbitMq.start('two', 'four', 'load');
});
afterAll(() => rabbit?.stop());

// A session at the WebSocket gateway (docs/gateway.md).
class Listener {
  readonly contents: string[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #ready: Promise<void>;

  constructor(client: Client) {
    // Node's own takes headers, which the standard's does not know.
    const options = { headers: { authorization: client.bearer } } as unknown as string[];
    const socket = new WebSocket(`${client.url.replace('http', 'ws')}/api/v1/gateway`, options);
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
    this.#ready = new Promise((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error('the gateway does not let us in')));
      socket.addEventListener('message', ({ data }) => {
        const { op, t, d } = JSON.parse(data as string);
        if (op === 10) socket.send('{"op":2,"d":{}}');
        if (t === 'READY') resolve();
        if (t === 'MESSAGE_CREATE') this.contents.push(d.content);
      });
    });
  }

  ready = (): Promise<void> => this.#ready;
  close = (): void => this.#socket.close();
}

async function mailedToken(admin: Client, address: string): Promise<string> {
  return until(async () => {
    const { mails } = (await admin.get(`/api/v1/admin/mails?to=${encodeURIComponent(address)}`)).body;
    const mail = mails.find((m: { template: string }) => m.template === 'confirm_email');
    const whole = mail && (await admin.get(`/api/v1/admin/mails/${mail.id}`)).body;
    return whole?.status === 'kept' ? /token=([A-Za-z0-9_.-]+)/.exec(whole.text)?.[1] : undefined;
  });
}

describe.skipIf(!hasBroker).each(Object.entries(plans))('PLAT-03 %s processes', (name, plan) => {
  let apart: Apart;
  let admin: Client;

  beforeAll(async () => {
    apart = await Apart.start(plan, { settings: [...unlimited, '--identity.throttle=false', `--server.bus=${rabbit.url(name)}`] });
    admin = await (await World.of(apart)).user('root', 'administrator');
  });
  afterAll(() => apart?.stop());

  test('PLAT-05 one signs up, confirms, signs in, solves an exercise, earns its points once and logs out', async () => {
    const guest = new Client(apart.url);
    const email = 'eva@example.org';
    expect((await guest.post('/api/v1/sign-up', { email, password, name: 'Eva' })).status).toBe(202);
    expect((await guest.post('/api/v1/sign-up/confirm', { token: await mailedToken(admin, email) })).status).toBe(200);
    const session = new Session(apart.url);
    await session.signIn(email, password);
    const me = await until(async () => {
      const answer = await session.json('GET', '/api/v1/me');
      return answer.ok ? answer.json() : undefined; // the profile comes with an event
    });
    expect(me).toMatchObject({ email });

    const where = await places(admin);
    const made = await session.json('POST', `/api/v1/components/${where.sum?.componentId}/submissions`, right.sum, key());
    expect(made.status).toBe(202);
    const { id } = (await made.json()) as { id: string };
    const stream = await session.request('GET', `/api/v1/submissions/${id}`, undefined, { accept: 'text/event-stream' });
    expect(parseEvents(await stream.text()).at(-1)).toMatchObject({ event: 'done', data: { id, status: 'AC', score: 1 } });

    const earned = await until(async () => {
      const { points } = (await (await session.json('GET', '/api/v1/me')).json()) as { points: { earned: number } };
      return points.earned > 0 ? points : undefined; // they come with an event
    });
    expect(earned).toEqual({ balance: 20, earned: 20 });

    expect([204, 303]).toContain((await session.json('POST', '/auth/logout')).status);
    const late = new Session(apart.url);
    late.copyFrom(session);
    await until(async () => ((await late.json('GET', '/api/v1/me')).status === 401 ? true : undefined));
  });

  test('an error of a service arrives as it was, and its trace is in the logs of both processes', async () => {
    const { status, body } = await admin.get<Problem>('/api/v1/modules/999');
    expect([status, body.reason]).toEqual([404, (await admin.get<Problem>('/api/v1/modules/998')).body.reason]);
    expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/);
    const line = (name: string, has: string) =>
      until(async () =>
        apart
          .server(name)
          .log.split('\n')
          .find((text) => text.includes(`"trace_id":"${body.trace_id}"`) && text.includes(has)),
      );
    expect(JSON.parse(await line('gateway', 'request'))).toMatchObject({ route: '/api/v1/modules/{module_id}', status: 404 });
    expect(JSON.parse(await line('learning', 'Learning/GetModule'))).toMatchObject({ msg: 'rpc', code: 5 });
  });

  test('a process without the gateway has its probes over HTTP and nothing else', async () => {
    const url = apart.server('learning').url;
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
    expect(await (await fetch(`${url}/readyz`)).text()).toMatch(/^ready\n/);
    expect(parseMetrics(await (await fetch(`${url}/metrics`)).text()).length).toBeGreaterThan(5);
    for (const path of ['/', '/api/v1/modules', '/docs', '/auth/login']) expect((await fetch(url + path)).status, path).toBe(404);
  });

  test('PLAT-02 a service that is killed is 503 with Retry-After, and back by itself after its restart', async () => {
    await apart.killPart('learning');
    const rejected = async () => total(parseMetrics(await (await fetch(`${apart.url}/metrics`)).text()), 'lyceum_peer_rejected_total', { why: 'breaker_open' });
    const guest = new Client(apart.url);
    const refused = await until(async () => {
      const answer = await guest.get<Problem>('/api/v1/modules');
      expect(answer.status).toBe(503);
      return (await rejected()) > 0 ? answer : undefined;
    });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ status: 503, reason: 'service_unreachable' });
    expect(JSON.stringify(refused.body)).not.toContain('127.0.0.1');
    expect(await (await fetch(`${apart.url}/readyz`)).text()).toMatch(/^ready\n/);
    if (!apart.part('learning').targets.includes('account')) expect((await admin.get('/api/v1/ranking')).status).toBe(200);

    await apart.startPart(apart.part('learning'));
    await until(async () => ((await guest.get('/api/v1/modules')).status === 200 ? true : undefined), 60_000);
  });

  test('PLAT-02 a service that hangs is 504 when the call is due, and well again when it goes on', async () => {
    await apart.server('identity').pause();
    try {
      const stranger = await new Client(apart.url, 'ly_pat_never_seen_before').get<Problem>('/api/v1/me');
      expect([stranger.status, stranger.body.reason]).toEqual([504, 'deadline_exceeded']);
    } finally {
      apart.server('identity').goOn();
    }
    await until(async () => ((await admin.get('/api/v1/me')).status === 200 ? true : undefined), 60_000);
  });

  test('a process with a certificate of another authority is told nothing', async () => {
    const own = join(apart.folder, 'stranger');
    await command('certs', '--out', own, 'stranger');
    const all = (await services()).join('+');
    const { grpc } = apart.part('learning');
    const stranger = await Server.start({
      data: join(own, 'data'),
      settings: [
        '--target=gateway',
        `--peers=${all}=${grpc}`,
        `--server.tls_ca=${apart.folder}/certs/ca.pem`,
        ...['cert', 'key'].map((part) => `--server.tls_${part}=${own}/stranger.${part === 'cert' ? 'pem' : 'key'}`),
      ],
    }).catch((error: Error) => error.message);
    expect(stranger).toMatch(/server\.tls_cert: .*stranger\.pem is not signed by/);

    const believesItself = await Server.start({
      data: join(own, 'data'),
      settings: [
        '--target=gateway',
        `--peers=${all}=${grpc}`,
        `--server.tls_ca=${own}/ca.pem`,
        `--server.tls_cert=${own}/stranger.pem`,
        `--server.tls_key=${own}/stranger.key`,
      ],
    });
    try {
      expect((await new Client(believesItself.url).get<Problem>('/api/v1/modules')).body).toMatchObject({ status: 503, reason: 'service_unreachable' });
    } finally {
      await believesItself.stop();
    }
  });
});

// Everything here is made of events: a sign-up's mail, the profile of who is confirmed, the points for an answer.
describe.skipIf(!hasBroker)('PLAT-05 whatever is killed, events are late, never lost and never taken twice', () => {
  let apart: Apart;
  let world: World;
  let admin: Client;
  let where: Awaited<ReturnType<typeof places>>;
  const all: Client[] = [];
  const addresses: string[] = [];
  let channel: string;
  let listener: Listener;

  beforeAll(async () => {
    apart = await Apart.start(plans.four, { settings: [...unlimited, '--identity.throttle=false', `--server.bus=${rabbit.url('load')}`] });
    world = await World.of(apart);
    admin = await world.user('root', 'administrator');
    where = await places(admin);
  });
  afterAll(() => apart?.stop());

  // Six people answer two exercises each and six others sign up, while `trouble` happens.
  async function work(round: string, trouble: () => Promise<unknown>): Promise<void> {
    const people: Client[] = [];
    for (let i = 0; i < 6; ++i) people.push(await world.user(`${round}${i}`));
    all.push(...people);
    const answer = async (person: Client, i: number) => {
      const email = `${round}-guest${i}@example.org`;
      addresses.push(email);
      expect((await new Client(apart.url).post('/api/v1/sign-up', { email, password, name: 'Guest' })).status).toBe(202);
      for (const [name, what] of [['choice', right.choice], ['quiz', right.quiz]] as const)
        expect((await person.post(`/api/v1/components/${where[name]?.componentId}/submissions`, what, key())).status).toBe(202);
    };
    const [first, ...rest] = people;
    await answer(first as Client, 0);
    await Promise.all([trouble(), ...rest.map((person, i) => answer(person, i + 1))]);
  }

  // Of all rounds: what an earlier one left behind would come now.
  async function check(): Promise<void> {
    for (const person of all) {
      const me = await until(async () => {
        const { status, body } = await person.get('/api/v1/me');
        return status === 200 && body.points.earned >= 15 ? body : undefined;
      }, 60_000);
      expect(me.points).toEqual({ balance: 15, earned: 15 });
      const { points } = (await person.get('/api/v1/me/points')).body;
      expect(points.map((entry: { amount: number }) => entry.amount).sort()).toEqual([10, 5]);
    }
    for (const email of addresses) {
      await until(async () => ((await mailsTo(email)).length > 0 ? true : undefined), 60_000);
      expect(await mailsTo(email), email).toEqual(['confirm_email']);
    }
  }

  async function say(content: string): Promise<void> {
    expect((await admin.post(`/api/v1/channels/${channel}/messages`, { content }, key())).status).toBeLessThan(300);
  }

  async function mailsTo(email: string): Promise<string[]> {
    const { mails } = (await admin.get(`/api/v1/admin/mails?to=${encodeURIComponent(email)}`)).body;
    return mails.map((mail: { template: string }) => mail.template);
  }

  async function metric(name: string, what: string): Promise<number> {
    const samples = parseMetrics(await (await fetch(`${apart.server(name).url}/metrics`)).text());
    expect(samples.map((sample) => sample.name)).toContain(what);
    return total(samples, what);
  }

  test('who takes them is killed between two of them', async () => {
    await work('kill', async () => {
      await until(async () => ((await metric('account', 'broker_consumed_total')) > 0 ? true : undefined));
      await apart.killPart('account');
    });
    await apart.startPart(apart.part('account'));
    await check();
  });

  test('who publishes them is killed', async () => {
    await work('publisher', async () => {});
    await apart.killPart('identity');
    await apart.killPart('learning');
    await Promise.all([apart.startPart(apart.part('identity')), apart.startPart(apart.part('learning'))]);
    await check();
  });

  test('CHA-14 who watches is told what happens in another process', async () => {
    await until(async () => ((await metric('gateway', 'broker_connected')) === 2 ? true : undefined));
    const server = (await admin.post('/api/v1/servers', { name: 'Room', public: true }, key())).body;
    channel = (await admin.get(`/api/v1/servers/${server.id}/channels`)).body.channels[0].id;
    listener = new Listener(admin);
    await listener.ready();
    await say('one');
    await until(async () => listener.contents.includes('one') || undefined);
  });

  test('the broker is killed, and what was asked meanwhile is done when it is back', async () => {
    await work('broker', () => rabbit.kill());
    for (const part of apart.parts) expect(await (await fetch(`http://${part.listen}/readyz`)).text()).toMatch(/^ready\n/);
    await until(async () => ((await metric('account', 'broker_connected')) === 0 ? true : undefined));
    await say('two');
    await apart.killPart('account');
    await apart.startPart(apart.part('account')); // starts and serves without the broker
    expect((await admin.get('/api/v1/ranking')).status).toBe(200);
    await rabbit.start();
    await check();
    for (const name of ['identity', 'learning', 'account']) expect(await metric(name, 'broker_dead_total'), name).toBe(0);
  });

  test('CHA-14 who watched begins anew, as something may have been missed, and is told what happens then', async () => {
    expect(await listener.closed).toBe(4000);
    listener = new Listener(admin);
    await listener.ready();
    await say('three');
    await until(async () => listener.contents.includes('three') || undefined);
    expect(listener.contents).toEqual(['three']);
    listener.close();
  });

  test('PLAT-04 the password of the broker is in no log and no page', async () => {
    const shown = await command('config', '--data', apart.part('gateway').data, `--server.bus=${rabbit.url('load')}`);
    const pages = await Promise.all(apart.parts.map(async ({ listen }) => (await fetch(`http://${listen}/metrics`)).text()));
    const logs = apart.parts.map((part) => apart.server(part.targets[0] as string).log);
    expect(logs.join('')).toContain('the broker cannot be reached');
    for (const text of [shown, ...pages, ...logs]) expect(text).not.toMatch(/p%40ss|p@ss/);
  });
});

test('PLAT-03 the gateway starts first and serves what there is, and the rest comes later', async () => {
  const apart = await Apart.prepare(plans.two);
  try {
    const gateway = await apart.startPart(apart.part('gateway'));
    expect(await (await fetch(`${gateway.url}/readyz`)).text()).toMatch(/^ready\n/);
    const guest = new Client(apart.url);
    expect((await guest.get('/api/v1/modules')).status).toBe(503);
    await apart.startPart(apart.part('learning'));
    await until(async () => ((await guest.get('/api/v1/modules')).status === 200 ? true : undefined), 60_000);
  } finally {
    await apart.stop();
  }
});

describe('PLAT-03 what is wrong is said before anything starts', () => {
  let apart: Apart;
  beforeAll(async () => {
    apart = await Apart.prepare([['gateway'], ['…']]);
  });
  afterAll(() => apart?.stop());

  test.each([
    [
      'all services that nobody has',
      ['--target=gateway', '--peers=learning=127.0.0.1:7001'],
      /^lyceum: server\.peers: needed, but neither .*: .*account.*identity/,
    ],
    ['a service that does not exist', ['--peers=identty=127.0.0.1:7001'], /there is no service "identty"/],
    ['a peer that is no address', ['--peers=identity'], /"identity" is not SERVICE=HOST:PORT/],
    ['a broker that is no URL', ['--server.bus=s3cret'], /^lyceum: server\.bus: amqp:\/\/USER:PASSWORD@HOST:PORT\/VHOST(?!.*s3cret)/],
    ['a broker elsewhere without TLS', ['--server.bus=amqp://eve:s3cret@192.0.2.1/'], /^lyceum: server\.bus: the broker is not on this machine(?!.*s3cret)/],
    ['gRPC for everybody without TLS', ['--grpc=0.0.0.0:7001'], /^lyceum: server\.grpc: only on this machine/],
    ['a peer elsewhere without TLS', ['--peers=identity=192.0.2.1:7001'], /192\.0\.2\.1:7001 is not this machine/],
    ['one of three TLS settings', ['--server.tls_ca=/nowhere'], /set together or not at all/],
    [
      'a certificate that is not there',
      ['--server.tls_ca=/nowhere', '--server.tls_cert=/nowhere', '--server.tls_key=/nowhere'],
      /^lyceum: server\.tls_ca: cannot read \/nowhere: No such file/,
    ],
  ])('%s', async (_, settings, says) => {
    const ended = await attempt(['serve', '--data', join(apart.folder, 'wrong'), '--listen', '127.0.0.1:0', ...settings]);
    expect(ended.stderr).toMatch(says);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
  });

  test('identity without the gateway needs to be told the public address', async () => {
    const ended = await attempt(['serve', '--data', join(apart.folder, 'wrong'), '--target=identity,authorization']);
    expect(ended.stderr).toMatch(/identity: --public-url is needed/);
    expect(ended.code).toBe(1);
  });

  test('a gRPC port that is taken', async () => {
    const port = await freePort();
    const first = await Server.start({ settings: [`--grpc=127.0.0.1:${port}`] });
    try {
      const ended = await attempt(['serve', '--data', join(apart.folder, 'wrong'), '--listen', '127.0.0.1:0', `--grpc=127.0.0.1:${port}`]);
      expect(ended.stderr).toMatch(/^lyceum: server\.grpc: cannot listen on/m);
      expect(ended.code).toBe(1);
    } finally {
      await first.stop();
    }
  });
});
