// One Lyceum as several processes on this machine, each with a data folder, free ports and a certificate
// of its own, as docs/services-apart.md tells an operator to start them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, freePort, type Lyceum, Server, type ServerOptions } from './server.ts';

// Who is with whom; '…' is every service that no other part has.
export const plans = {
  two: [['gateway', 'realtime'], ['…']],
  four: [
    ['gateway', 'realtime'],
    ['identity', 'authorization', 'servers', 'messages'],
    ['learning', 'runner'],
    ['account', 'mailer'],
  ],
};

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

export class Apart implements Lyceum {
  readonly folder: string;
  readonly parts: Part[];
  readonly #running = new Map<Part, Server>();
  readonly #options: ServerOptions;

  private constructor(folder: string, parts: Part[], options: ServerOptions) {
    this.folder = folder;
    this.parts = parts;
    this.#options = options;
  }

  // Everything but the processes. In the options, `listen` is the gateway's.
  static async prepare(plan: string[][], options: ServerOptions = {}): Promise<Apart> {
    if (options.demo) throw new Error('--demo is for one process');
    const folder = options.data ?? (await mkdtemp(join(tmpdir(), 'lyceum-apart-')));
    const targets = await present(plan);
    await command('certs', '--out', join(folder, 'certs'), ...targets.map((_, i) => `part-${i}`));
    const ports = new Set<number>();
    while (ports.size < 2 * targets.length) ports.add(await freePort());
    const addresses = [...ports].map((port) => `127.0.0.1:${port}`);
    const parts = targets.map((names, i): Part => {
      const listen = (names.includes('gateway') && options.listen) || (addresses[2 * i] ?? '');
      return { targets: names, listen, grpc: addresses[2 * i + 1] ?? '', settings: [], data: join(folder, `data-${i}`) };
    });
    const apart = new Apart(folder, parts, options);
    parts.forEach((part, i) => (part.settings = apart.#settings(part, i)));
    return apart;
  }

  // All of them at once, in whatever order they get up.
  static async start(plan: string[][], options: ServerOptions = {}): Promise<Apart> {
    const apart = await Apart.prepare(plan, options);
    try {
      return await apart.restart();
    } catch (error) {
      await apart.stop();
      throw error;
    }
  }

  #settings(part: Part, i: number): string[] {
    const own = this.#options.settings ?? [];
    const peers = this.parts
      .map(({ targets, grpc }) => [targets.filter((name) => name !== 'gateway').join('+'), grpc])
      .filter(([names]) => names)
      .map(([names, grpc]) => `${names}=${grpc}`)
      .join(',');
    return [
      `--target=${part.targets.join(',')}`,
      `--grpc=${part.grpc}`,
      `--peers=${peers}`,
      ...(own.some((setting) => setting.startsWith('--public-url')) ? [] : [`--public-url=${this.url}`]),
      `--server.node=${i}`,
      `--server.tls_ca=${this.folder}/certs/ca.pem`,
      `--server.tls_cert=${this.folder}/certs/part-${i}.pem`,
      `--server.tls_key=${this.folder}/certs/part-${i}.key`,
      ...own,
    ];
  }

  // The part that has this service, or the gateway.
  part(name: string): Part {
    const found = this.parts.find((part) => part.targets.includes(name));
    if (!found) throw new Error(`no part has ${name}`);
    return found;
  }

  async startPart(part: Part): Promise<Server> {
    const environment = this.#options.environment ?? {};
    const server = await Server.start({ data: part.data, listen: part.listen, settings: part.settings, environment });
    this.#running.set(part, server);
    return server;
  }

  server(name: string): Server {
    const found = this.#running.get(this.part(name));
    if (!found) throw new Error(`${name} does not run`);
    return found;
  }

  async killPart(name: string): Promise<void> {
    await this.server(name).kill();
    this.#running.delete(this.part(name));
  }

  async kill(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.kill()));
    this.#running.clear();
  }

  async restart(): Promise<Apart> {
    await Promise.all(this.parts.map((part) => this.startPart(part)));
    return this;
  }

  get url(): string {
    return `http://${this.part('gateway').listen}`;
  }

  get data(): string {
    return this.part('gateway').data;
  }

  dataOf(service: string): string {
    return this.part(service).data;
  }

  // Of those that run, one after the other.
  get log(): string {
    return [...this.#running.values()].map((server) => server.log).join('\n');
  }

  command(...words: string[]): Promise<string> {
    return command(...words, '--data', this.data);
  }

  // The gateway first, so that it can still finish what has begun; gives the first exit code that is not 0.
  async stop(): Promise<number | null> {
    const gateway = this.#running.get(this.part('gateway'));
    const codes = [await gateway?.stop()];
    codes.push(...(await Promise.all([...this.#running.values()].filter((server) => server !== gateway).map((server) => server.stop()))));
    this.#running.clear();
    if (!this.#options.data) await rm(this.folder, { recursive: true, force: true });
    return codes.find((code) => code !== 0 && code !== undefined) ?? 0;
  }
}
