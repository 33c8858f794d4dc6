// A real RabbitMQ of a test's own, on this machine only (server/drivers/testing/rabbitmq says how).
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.ts';

const starter = join(import.meta.dirname, '../../server/drivers/testing/rabbitmq');

// Somebody's own machine may lack it, and then what needs it is skipped; `make test` installs it.
export async function hasRabbitMq(): Promise<boolean> {
  const there = await access('/usr/lib/rabbitmq/bin/rabbitmq-server', constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!there && process.env.CI) throw new Error("Debian's rabbitmq-server is missing");
  if (!there) console.warn("skipped: what needs Debian's rabbitmq-server");
  return there;
}

export const brokerUrl = (port: number, vhost: string): string => `amqp://lyceum:p%40ss%2Fword@127.0.0.1:${port}/${encodeURIComponent(vhost)}`;

export class RabbitMq {
  readonly port: number;
  readonly #folder: string;
  readonly #vhosts: string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, vhosts: string[]) {
    this.#folder = folder;
    this.port = port;
    this.#vhosts = vhosts;
  }

  // One vhost for each Lyceum: none sees the others' messages.
  static async start(...vhosts: string[]): Promise<RabbitMq> {
    const rabbit = new RabbitMq(await mkdtemp(join(tmpdir(), 'lyceum-rabbitmq-')), await freePort(), vhosts);
    await rabbit.start();
    return rabbit;
  }

  // Again, with what was durable.
  async start(): Promise<void> {
    const child = spawn(starter, [this.#folder, `${this.port}`, ...this.#vhosts], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process = child;
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdin.on('error', () => {}); // it may have ended
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', async (code) =>
        reject(new Error(`rabbitmq ended with ${code}:\n${errors}\n${(await readFile(join(this.#folder, 'output'), 'utf8').catch(() => '')).slice(-5_000)}`)),
      );
    });
  }

  url(vhost: string): string {
    return brokerUrl(this.port, vhost);
  }

  // In good order; what is durable stays.
  shutDown(): Promise<void> {
    return this.#end('');
  }

  // As a power cut does.
  kill(): Promise<void> {
    return this.#end('kill\n');
  }

  async stop(): Promise<void> {
    await this.shutDown();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #end(word: string): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.stdin?.end(word);
    });
  }
}
