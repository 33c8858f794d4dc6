// A client of the gateway (docs/gateway.md), on `ws`: the WebSocket of Node can send neither headers nor
// nonsense. It keeps every event and checks that their numbers have no gaps.
import WebSocket from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: data of every event
export type Json = any;

export interface Frame {
  op: number;
  d: Json;
  t?: string;
  s?: number;
}

export interface Closed {
  code: number;
  reason: string;
}

export interface Place {
  session_id: string;
  seq: number;
}

const patience = 20_000; // ms, of a test that fails

// Who it is, in the upgrade.
export const bearer = (token: { bearer: string }): Record<string, string> => ({ authorization: token.bearer });

export class Gateway {
  readonly frames: Frame[] = []; // all that came, in order
  readonly events: Frame[] = []; // those of op 0
  readonly wrong: string[] = []; // what broke the protocol
  closed: Closed | undefined;
  place: Place = { session_id: '', seq: 0 };
  onEvent: (event: Frame) => void = () => {};
  readonly #socket: WebSocket;
  #changed: () => void = () => {};
  #change = new Promise<void>(() => {});

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#arm();
    socket.on('message', (data, binary) => {
      if (binary) this.wrong.push('a binary message');
      else this.#take(JSON.parse(data.toString()));
      this.#tell();
    });
    socket.on('error', () => {}); // close follows
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#tell();
    });
  }

  // Connects and waits for hello. An upgrade that is refused throws Refused.
  static async open(url: string, headers: Record<string, string>): Promise<Gateway> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/gateway`, { headers, perMessageDeflate: false, handshakeTimeout: patience });
    const gateway = new Gateway(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_, response) => {
        let body = '';
        response.on('data', (piece) => (body += piece));
        response.on('end', () => reject(new Refused(response.statusCode ?? 0, JSON.parse(body || '{}'))));
      });
    });
    await gateway.until((frame) => frame.op === 10);
    return gateway;
  }

  // A session of its own: hello, identify, READY.
  static async connect(url: string, headers: Record<string, string>): Promise<Gateway> {
    const gateway = await Gateway.open(url, headers);
    await gateway.identify();
    return gateway;
  }

  async identify(): Promise<Json> {
    this.send({ op: 2, d: {} });
    return (await this.event('READY')).d;
  }

  // False where the session is gone.
  async resume(place: Place): Promise<boolean> {
    this.place = { ...place };
    const before = this.frames.length;
    this.send({ op: 6, d: place });
    const is = (frame: Frame) => frame.op === 9 || frame.t === 'RESUMED';
    return (await this.wait('an answer to resume', () => this.frames.slice(before).find(is))).op === 0;
  }

  async heartbeat(): Promise<void> {
    const before = this.frames.filter((frame) => frame.op === 11).length;
    this.send({ op: 1, d: this.place.seq || null });
    await this.wait('a heartbeat ack', () => this.frames.filter((frame) => frame.op === 11).length > before);
  }

  send(frame: unknown): void {
    this.raw(JSON.stringify(frame));
  }

  raw(data: string | Buffer, binary = false): void {
    this.#socket.send(data, { binary });
  }

  // The first event of that name, also of those that came already, for which `is` holds.
  event(name: string, is: (d: Json) => boolean = () => true): Promise<Frame> {
    return this.until((frame) => frame.t === name && is(frame.d), name);
  }

  async until(is: (frame: Frame) => boolean, what = 'a frame'): Promise<Frame> {
    return this.wait(what, () => this.frames.find(is));
  }

  ended(): Promise<Closed> {
    return this.wait('the end', () => this.closed, true);
  }

  // Waits for what comes; fails when the connection ends before.
  async wait<T>(what: string, probe: () => T, evenClosed = false): Promise<NonNullable<T>> {
    const end = Date.now() + patience;
    for (;;) {
      const found = probe();
      if (found) return found as NonNullable<T>;
      if (this.closed && !evenClosed) throw new Error(`${what} did not come, but ${JSON.stringify(this.closed)}`);
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; of events came ${this.events.map((event) => event.t).join(' ')}`);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#change, new Promise((resolve) => (timer = setTimeout(resolve, left)))]);
      clearTimeout(timer);
    }
  }

  // Hangs up without a word, as a cable that is pulled; the session can be resumed.
  async cut(): Promise<Place> {
    this.#socket.terminate();
    await this.ended();
    return this.place;
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

  #take(frame: Frame): void {
    this.frames.push(frame);
    if (frame.op !== 0) return;
    // RESUMED repeats the last number; everything else has the next.
    const due = frame.t === 'RESUMED' ? this.place.seq : this.place.seq + 1;
    if (frame.s !== due) this.wrong.push(`${frame.t} has s ${frame.s}, not ${due}`);
    this.place.seq = frame.s ?? 0;
    if (frame.t === 'READY') this.place.session_id = frame.d.session_id;
    this.events.push(frame);
    this.onEvent(frame);
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
