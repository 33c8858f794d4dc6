// How a Lyceum of the tests is made: LYCEUM_SHAPE says of how many processes.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { Apart, plans } from './apart.ts';
import { brokerUrl } from './rabbitmq.ts';
import { type Lyceum, Server, type ServerOptions } from './server.ts';
import { shape } from './shape.ts';

export function startLyceum(options: ServerOptions = {}): Promise<Lyceum> {
  // --demo is for one process that has all services.
  return shape === 'one' || options.demo ? Server.start(options) : startApart(plans[shape], options);
}

async function startApart(plan: string[][], options: ServerOptions): Promise<Apart> {
  return Apart.start(plan, { ...options, settings: [`--server.bus=${await freshBus()}`, ...(options.settings ?? [])] });
}

// A vhost of the run's RabbitMQ (shape_setup.ts) that no other Lyceum has had.
async function freshBus(): Promise<string> {
  const broker = inject('broker');
  for (const vhost of broker.vhosts) {
    const isOurs = await mkdir(join(broker.taken, vhost)).then(
      () => true,
      () => false,
    );
    if (isOurs) return brokerUrl(broker.port, vhost);
  }
  throw new Error(`there are only ${broker.vhosts.length} vhosts: shape_setup.ts`);
}
