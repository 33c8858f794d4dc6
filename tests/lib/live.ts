// A client of live sessions (docs/live-runs.md), on `ws`. It keeps every message.
import WebSocket from 'ws';
import { type Closed, type Json, Refused } from './gateway.ts';

export interface Message {
  op: string;
  d: Json;
}

const patience = 30_000; // ms, of a test that fails

export class Live {
  readonly messages: Message[] = []; // all that came, in order
  closed: Closed | undefined;
  readonly #socket: WebSocket;
  #changed: () => void = () => {};
  #change = new Promise<void>(() => {});

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#arm();
    socket.on('message', (data) => {
      this.messages.push(JSON.parse(data.toString()));
      this.#tell();
    });
    socket.on('error', () => {}); // close follows
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#tell();
    });
  }

  // An upgrade that is refused throws Refused.
  static async open(url: string, headers: Record<string, string>): Promise<Live> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/runs/live`, { headers, perMessageDeflate: false, handshakeTimeout: patience });
    const live = new Live(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (piece) => (body += piece));
        response.on('end', () => reject(new Refused(response.statusCode ?? 0, JSON.parse(body || '{}'))));
      });
    });
    return live;
  }

  say(op: string, d?: unknown): void {
    this.raw(JSON.stringify({ op, d }));
  }

  type(text: string): void {
    this.say('stdin', { text });
  }

  raw(data: string | Buffer, binary = false): void {
    this.#socket.send(data, { binary });
  }

  // A frame as it is, which `ws` would not make.
  frame(bytes: Buffer): void {
    (this.#socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
  }

  // All that came of it so far, as text.
  output(op: 'stdout' | 'stderr' = 'stdout'): string {
    const bytes = this.messages.filter((message) => message.op === op).map(({ d }) => ('text' in d ? Buffer.from(d.text) : Buffer.from(d.base64, 'base64')));
    return Buffer.concat(bytes).toString();
  }

  // Until it has printed this.
  async printed(text: string, op: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    await this.wait(`"${text}" on ${op}`, () => this.output(op).includes(text));
  }

  async message(op: string): Promise<Json> {
    return (await this.wait(op, () => this.messages.find((message) => message.op === op))).d;
  }

  ended(): Promise<Closed> {
    return this.wait('the end', () => this.closed, true);
  }

  // What done said, when the server has closed as it should.
  async done(): Promise<Json> {
    const { code, reason } = await this.ended();
    const last = this.messages.at(-1);
    if (code !== 1000 || last?.op !== 'done') throw new Error(`not done, but ${code} ${reason} after ${JSON.stringify(last)}`);
    return last.d;
  }

  // Reads nothing more until goOn().
  pause(): void {
    this.#socket.pause();
  }

  goOn(): void {
    this.#socket.resume();
  }

  // Hangs up without a word.
  async cut(): Promise<void> {
    this.#socket.terminate();
    await this.ended();
  }

  // Waits for what comes; fails when the connection ends before.
  async wait<T>(what: string, probe: () => T, evenClosed = false): Promise<NonNullable<T>> {
    const end = Date.now() + patience;
    for (;;) {
      const found = probe();
      if (found) return found as NonNullable<T>;
      const seen = JSON.stringify(this.messages.slice(-5)).slice(0, 2000);
      if (this.closed && !evenClosed) throw new Error(`${what} did not come, but ${JSON.stringify(this.closed)} after ${seen}`);
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; the last were ${seen}`);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#change, new Promise((resolve) => (timer = setTimeout(resolve, left)))]);
      clearTimeout(timer);
    }
  }

  #tell(): void {
    const changed = this.#changed;
    this.#arm();
    changed();
  }

  #arm(): void {
    this.#change = new Promise((resolve) => (this.#changed = resolve));
  }
}
