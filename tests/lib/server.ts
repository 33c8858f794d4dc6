// A Lyceum of its own for a test file: `lyceum serve` on a free port and a folder that is deleted
// afterwards. LYCEUM names the program (tools/test sets it).
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
}

export class Server {
  readonly data: string;
  readonly url: string;
  readonly output: string; // what it printed until it was ready
  readonly #process: ChildProcess;
  readonly #keep: boolean;

  private constructor(process: ChildProcess, data: string, url: string, output: string, keep: boolean) {
    this.#process = process;
    this.data = data;
    this.url = url;
    this.output = output;
    this.#keep = keep;
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'lyceum-test-')));
    const words = ['serve', '--data', data, '--listen', options.listen ?? '127.0.0.1:0'];
    if (options.demo) words.push('--demo');
    words.push(...sandboxSettings(), ...(options.settings ?? []));
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (bytes) => {
      errors = (errors + bytes).slice(-20_000);
    });
    const { url, output } = await new Promise<{ url: string; output: string }>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (bytes) => {
        text += bytes;
        const address = /^Lyceum is at (\S+)\n/m.exec(text)?.[1];
        const whole = !options.demo || /^Mails stay on this machine.*\n/m.test(text);
        if (address && whole) resolve({ url: address, output: text });
      });
      child.once('exit', (code) => reject(new Error(`lyceum serve ended with ${code}:\n${text}${errors}`)));
    });
    return new Server(child, data, url, output, options.data !== undefined);
  }

  // What `lyceum WORDS --data …` prints.
  async command(...words: string[]): Promise<string> {
    return command(...words, '--data', this.data);
  }

  // Ends it as an operator does, and says with which exit code.
  async stop(): Promise<number | null> {
    const code = await this.#end('SIGTERM');
    if (!this.#keep) await rm(this.data, { recursive: true, force: true });
    return code;
  }

  // Ends it as a power cut does; the folder stays for the next one.
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#process.exitCode !== null) return Promise.resolve(this.#process.exitCode);
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

// The command's exit code and what it said, for those that must fail.
export async function commandFails(...words: string[]): Promise<{ code: number; stderr: string }> {
  try {
    await run(program, words);
  } catch (error) {
    const failed = error as { code: number; stderr: string };
    return { code: failed.code, stderr: failed.stderr };
  }
  throw new Error(`lyceum ${words.join(' ')} did not fail`);
}

export { readFile, writeFile };
