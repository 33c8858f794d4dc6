// One Lyceum as several processes on this machine, each with a data folder, free ports and a certificate
// of its own, as docs/services-apart.md tells an operator to start them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from './client.ts';
import { command, freePort, Server } from './server.ts';
import { course, password, unlimited } from './world.ts';

// Who is with whom; '…' is every service that no other part has.
export const two = [['gateway', 'realtime'], ['…']];
export const four = [
  ['gateway', 'realtime'],
  ['identity', 'authorization', 'servers', 'messages'],
  ['learning', 'runner'],
  ['account', 'mailer'],
];

// All services of the program, as its help names them.
export async function services(): Promise<string[]> {
  const help = (await command('serve', '--help')).replaceAll(/\s+/g, ' ');
  const names = /default: all\): gateway \(the HTTP side\), ([a-z, ]+?) --/.exec(help)?.[1];
  if (!names) throw new Error(`serve --help does not name the services: ${help}`);
  return names.split(', ');
}

// The plan for the services that there are: a part with none of them is left out.
async function present(plan: string[][]): Promise<string[][]> {
  const all = await services();
  const named = new Set(plan.flat());
  return plan
    .map((part) => part.flatMap((name) => (name === '…' ? all.filter((service) => !named.has(service)) : [name])))
    .map((part) => part.filter((name) => name === 'gateway' || all.includes(name)))
    .filter((part) => part.length > 0);
}

export interface Part {
  targets: string[];
  listen: string;
  grpc: string;
  settings: string[];
  data: string;
}

export class Apart {
  readonly folder: string;
  readonly parts: Part[];
  readonly #running = new Map<Part, Server>();

  private constructor(folder: string, parts: Part[]) {
    this.folder = folder;
    this.parts = parts;
  }

  // Everything but the processes.
  static async prepare(plan: string[][], settings: string[] = []): Promise<Apart> {
    const folder = await mkdtemp(join(tmpdir(), 'lyceum-apart-'));
    const targets = await present(plan);
    await command('certs', '--out', join(folder, 'certs'), ...targets.map((_, i) => `part-${i}`));
    const ports = new Set<number>();
    while (ports.size < 2 * targets.length) ports.add(await freePort());
    const addresses = [...ports].map((port) => `127.0.0.1:${port}`);
    const parts = targets.map(
      (names, i): Part => ({ targets: names, listen: addresses[2 * i] ?? '', grpc: addresses[2 * i + 1] ?? '', settings: [], data: join(folder, `data-${i}`) }),
    );
    const peers = parts
      .map(({ targets, grpc }) => [targets.filter((name) => name !== 'gateway').join('+'), grpc])
      .filter(([names]) => names)
      .map(([names, grpc]) => `${names}=${grpc}`)
      .join(',');
    const gateway = parts.find((part) => part.targets.includes('gateway'));
    parts.forEach((part, i) => {
      part.settings = [
        `--target=${part.targets.join(',')}`,
        `--grpc=${part.grpc}`,
        `--peers=${peers}`,
        `--public-url=http://${gateway?.listen}`,
        `--server.node=${i}`,
        `--server.tls_ca=${folder}/certs/ca.pem`,
        `--server.tls_cert=${folder}/certs/part-${i}.pem`,
        `--server.tls_key=${folder}/certs/part-${i}.key`,
        ...unlimited,
        ...settings,
      ];
    });
    return new Apart(folder, parts);
  }

  // All of them at once, in whatever order they get up; with the test course.
  static async start(plan: string[][], settings: string[] = []): Promise<Apart> {
    const apart = await Apart.prepare(plan, settings);
    try {
      await Promise.all(apart.parts.map((part) => apart.startPart(part)));
      await apart.command('content', 'import', course, '--sample');
      return apart;
    } catch (error) {
      await apart.stop();
      throw error;
    }
  }

  // The part that has this service, or the gateway.
  part(name: string): Part {
    const found = this.parts.find((part) => part.targets.includes(name));
    if (!found) throw new Error(`no part has ${name}`);
    return found;
  }

  async startPart(part: Part, settings: string[] = []): Promise<Server> {
    const server = await Server.start({ data: part.data, listen: part.listen, settings: [...part.settings, ...settings] });
    this.#running.set(part, server);
    return server;
  }

  server(name: string): Server {
    const found = this.#running.get(this.part(name));
    if (!found) throw new Error(`${name} does not run`);
    return found;
  }

  // As a power cut does.
  async kill(name: string): Promise<void> {
    await this.server(name).kill();
    this.#running.delete(this.part(name));
  }

  get url(): string {
    return `http://${this.part('gateway').listen}`;
  }

  command(...words: string[]): Promise<string> {
    return command(...words, '--data', this.part('gateway').data);
  }

  async user(name: string, ...roles: string[]): Promise<Client> {
    const email = `${name}@example.org`;
    await this.command('user', 'add', '--email', email, '--password', password, '--name', name, '--confirmed', ...roles.flatMap((role) => ['--role', role]));
    return new Client(this.url, (await this.command('token', 'add', '--email', email)).trim());
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
