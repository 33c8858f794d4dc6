// A Lyceum of its own for a test file: `lyceum serve` on a free port and a folder that is deleted
// afterwards. LYCEUM names the program (tools/test sets it).
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = process.env.LYCEUM ?? join(import.meta.dirname, '../../build/ci/lyceum');
const run = promisify(execFile);

export interface ServerOptions {
  demo?: boolean;
  data?: string; // an existing folder, kept afterwards
  listen?: string; // default: a free port on 127.0.0.1
  settings?: string[]; // --section.field=value
  environment?: Record<string, string>;
}

// What a test needs of a Lyceum, be it one process or several (lyceum.ts).
export interface Lyceum {
  readonly url: string;
  readonly data: string; // the data folder that commands are given
  readonly log: string; // all that it has written on standard error so far
  dataOf(service: string): string;
  command(...words: string[]): Promise<string>; // what `lyceum WORDS --data …` prints
  kill(): Promise<void>; // as a power cut does; the folder stays
  restart(): Promise<Lyceum>; // after kill(): the next one, started as this one was, on the same folder
  stop(): Promise<number | null>; // as an operator does; gives the exit code
}

export class Server implements Lyceum {
  readonly data: string;
  readonly url: string;
  readonly output: string; // what it printed until it was ready
  readonly #process: ChildProcess;
  readonly #options: ServerOptions;
  readonly #errors: string[];

  private constructor(process: ChildProcess, errors: string[], data: string, url: string, output: string, options: ServerOptions) {
    this.#process = process;
    this.#errors = errors;
    this.data = data;
    this.url = url;
    this.output = output;
    this.#options = options;
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'lyceum-test-')));
    const words = ['serve', '--data', data, '--listen', options.listen ?? '127.0.0.1:0'];
    if (options.demo) words.push('--demo');
    words.push(...sandboxSettings(), ...(options.settings ?? []));
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.environment } });
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const up = /^Lyceum(?: is at (\S+)|'s .+ is up.*)\n/m.exec(output);
        if (up) resolve(up[1] ?? `http://${options.listen}`);
      });
      child.once('exit', (code) => reject(new Error(`lyceum serve ended with ${code}:\n${output}${errors.join('').slice(-20_000)}`)));
    });
    // It greets before it lets anybody in; the public address may be another one.
    const port = new URL(url).port || (options.listen ?? '').split(':').at(-1);
    while ((await (await fetch(`http://127.0.0.1:${port}/readyz`)).text()) === 'starting\n') await new Promise((resolve) => setTimeout(resolve, 20));
    return new Server(child, errors, data, url, output, options);
  }

  dataOf(_service: string): string {
    return this.data;
  }

  async command(...words: string[]): Promise<string> {
    return command(...words, '--data', this.data);
  }

  async stop(): Promise<number | null> {
    const code = await this.#end('SIGTERM');
    if (!this.#options.data) await rm(this.data, { recursive: true, force: true });
    return code;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  // The folder is then whoever's it is that stops the next one.
  restart(): Promise<Server> {
    return Server.start({ ...this.#options, data: this.data });
  }

  // Holds it until goOn(), as a machine that swaps; returns when every thread stands still.
  async pause(): Promise<void> {
    process.kill(this.pid, 'SIGSTOP');
    const tasks = `/proc/${this.pid}/task`;
    for (;;) {
      const stats = await Promise.all((await readdir(tasks)).map((task) => readFile(`${tasks}/${task}/stat`, 'utf8').catch(() => ') T')));
      if (stats.every((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('T'))) return;
    }
  }

  goOn(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  get log(): string {
    return this.#errors.join('');
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return Promise.resolve(this.#process.exitCode);
    return new Promise((resolve) => {
      this.#process.once('exit', (code) => resolve(code));
      this.#process.kill(signal);
    });
  }
}

// As an ordinary user the tests use the sandbox that tools/test has started.
function sandboxSettings(): string[] {
  const socket = process.env.LYCEUM_TEST_SANDBOX;
  return socket ? [`--runner.sandbox=${socket}`] : [];
}

export async function command(...words: string[]): Promise<string> {
  const { stdout } = await run(program, words);
  return stdout;
}

// A port that nobody listens on at the moment, for a server that comes back on the same one.
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

// Runs `lyceum WORDS` to its end, however it ends.
export function attempt(words: string[], options: { stdin?: string; environment?: Record<string, string>; cwd?: string } = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: { ...process.env, ...options.environment }, ...(options.cwd ? { cwd: options.cwd } : {}) });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(options.stdin ?? '');
  });
}

// The command's exit code and what it said, for those that must fail.
export async function commandFails(...words: string[]): Promise<Ended> {
  const ended = await attempt(words);
  if (ended.code === 0) throw new Error(`lyceum ${words.join(' ')} did not fail`);
  return ended;
}

export { readFile, writeFile };
