// A server with the test course and people, as most test files want it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from './client.ts';
import { startLyceum } from './lyceum.ts';
import type { Lyceum, ServerOptions } from './server.ts';

export const course = join(import.meta.dirname, '../course');
// Exercises that programs of the author judge; not imported by World.start().
export const judgedCourse = join(import.meta.dirname, '../judged');
export const password = 'correct horse battery';

export const unlimited = ['--limits.sign_in=0', '--limits.run=0', '--limits.write=0', '--limits.read=0', '--limits.guest=0'];

export class World {
  server: Lyceum;
  readonly #keep: boolean;

  private constructor(server: Lyceum, keep: boolean) {
    this.server = server;
    this.#keep = keep;
  }

  static async start(options: ServerOptions = {}): Promise<World> {
    const server = await startLyceum({ ...options, settings: [...unlimited, ...(options.settings ?? [])] });
    return World.of(server, options.data !== undefined);
  }

  // The same of a Lyceum that runs already.
  static async of(server: Lyceum, keep = false): Promise<World> {
    const world = new World(server, keep);
    try {
      await server.command('content', 'import', course, '--sample');
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  // A new confirmed user.
  async account(name: string, ...roles: string[]): Promise<void> {
    const email = `${name}@example.org`;
    const words = ['--email', email, '--password', password, '--name', name, '--confirmed'];
    await this.server.command('user', 'add', ...words, ...roles.flatMap((role) => ['--role', role]));
  }

  // The same, known by an API token.
  async user(name: string, ...roles: string[]): Promise<Client> {
    await this.account(name, ...roles);
    return this.token(name);
  }

  // Another token of the same user.
  async token(name: string, scopes?: string): Promise<Client> {
    const words = ['token', 'add', '--email', `${name}@example.org`, ...(scopes ? ['--scopes', scopes] : [])];
    return new Client(this.server.url, (await this.server.command(...words)).trim());
  }

  guest(): Client {
    return new Client(this.server.url);
  }

  // After kill(): the next one, on the same folder.
  async restart(): Promise<void> {
    this.server = await this.server.restart();
  }

  async stop(): Promise<number | null> {
    const code = await this.server.stop();
    if (!this.#keep) await rm(this.server.data, { recursive: true, force: true });
    return code;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a tree of whatever the API gives
type Tree = any;

export interface Place {
  contentId: string;
  componentId: string; // of its submittable component, empty if it has none
  component: Tree;
  content: Tree;
}

// The contents of a course by their keys.
export async function places(client: Client, course = 'course'): Promise<Record<string, Place>> {
  const modules: Tree[] = (await client.get('/api/v1/modules')).body.modules;
  const top = modules.find((module) => module.key === course);
  const out: Record<string, Place> = {};
  const visit = async (module: Tree): Promise<void> => {
    for (const summary of module.contents ?? []) {
      const content = (await client.get(`/api/v1/contents/${summary.id}`)).body;
      const component = content.components.find((c: Tree) => c.editor || c.mcq || c.quiz);
      out[summary.key] = { contentId: summary.id, componentId: component?.id ?? '', component, content };
    }
    for (const below of module.modules ?? []) await visit(below);
  };
  await visit((await client.get(`/api/v1/modules/${top.id}`)).body);
  return out;
}

export const right = {
  sum: { language: 'bash', files: [{ path: 'main.sh', content: 'read -r a b\necho $((a + b))\n' }] },
  choice: { choices: ['a'] },
  quiz: {
    answers: [
      { question_id: 'one', choices: ['b'] },
      { question_id: 'two', choices: ['a', 'c'] },
      { question_id: 'three', text: ' paris ' },
      { question_id: 'four', text: '0.333' },
    ],
  },
};

export const key = (): Record<string, string> => ({ 'idempotency-key': crypto.randomUUID() });
