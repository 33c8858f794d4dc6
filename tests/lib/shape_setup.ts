// Once for a whole run: the RabbitMQ for each Lyceum of several processes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { RabbitMq } from './rabbitmq.ts';
import { shape } from './shape.ts';

declare module 'vitest' {
  interface ProvidedContext {
    // `taken` is a folder with the names of the vhosts that somebody has.
    broker: { port: number; vhosts: string[]; taken: string };
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (shape === 'one') return undefined;
  const vhosts = Array.from({ length: 40 }, (_, i) => `v${i}`);
  const rabbit = await RabbitMq.start(...vhosts);
  const taken = await mkdtemp(join(tmpdir(), 'lyceum-vhosts-'));
  project.provide('broker', { port: rabbit.port, vhosts, taken });
  return async () => {
    await rabbit.stop();
    await rm(taken, { recursive: true, force: true });
  };
}
