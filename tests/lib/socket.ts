// A client of a WebSocket, on `ws`: that of Node can send neither headers nor nonsense. What comes is its
// subclass's; here is how one connects, waits and leaves.
import WebSocket from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: data of every message
export type Json = any;

export interface Closed {
  code: number;
  reason: string;
}

export abstract class SocketClient {
  closed: Closed | undefined;
  readonly #socket: WebSocket;
  readonly #patience: number; // ms, of a test that fails
  #changed: () => void = () => {};
  #change = new Promise<void>(() => {});

  protected constructor(url: string, headers: Record<string, string>, patience: number) {
    this.#patience = patience;
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, perMessageDeflate: false, handshakeTimeout: patience });
    this.#arm();
    this.#socket.on('message', (data, binary) => {
      this.take(data.toString(), binary);
      this.#tell();
    });
    this.#socket.on('error', () => {}); // close follows
    this.#socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#tell();
    });
  }

  // A message has come.
  protected abstract take(data: string, binary: boolean): void;

  // What came, for the error of who waits in vain.
  protected abstract seen(): string;

  // An upgrade that is refused throws Refused.
  protected opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
      this.#socket.once('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (piece) => (body += piece));
        response.on('end', () => reject(new Refused(response.statusCode ?? 0, JSON.parse(body || '{}'))));
      });
    });
  }

  raw(data: string | Buffer, binary = false): void {
    this.#socket.send(data, { binary });
  }

  // A frame as it is, which `ws` would not make.
  frame(bytes: Buffer): void {
    (this.#socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
  }

  // Waits for what comes; fails when the connection ends before.
  async wait<T>(what: string, probe: () => T, evenClosed = false): Promise<NonNullable<T>> {
    const end = Date.now() + this.#patience;
    for (;;) {
      const found = probe();
      if (found) return found as NonNullable<T>;
      if (this.closed && !evenClosed) throw new Error(`${what} did not come, but ${JSON.stringify(this.closed)}; ${this.seen()}`);
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; ${this.seen()}`);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#change, new Promise((resolve) => (timer = setTimeout(resolve, left)))]);
      clearTimeout(timer);
    }
  }

  ended(): Promise<Closed> {
    return this.wait('the end', () => this.closed, true);
  }

  // Hangs up without a word, as a cable that is pulled.
  protected async hangUp(): Promise<void> {
    this.#socket.terminate();
    await this.ended();
  }

  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.ended();
  }

  // Reads nothing more until goOn(), as a machine that hangs.
  pause(): void {
    this.#socket.pause();
  }

  goOn(): void {
    this.#socket.resume();
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

export class Refused extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(`the upgrade was refused: ${status} ${body.reason}`);
    this.status = status;
    this.body = body;
  }
}
