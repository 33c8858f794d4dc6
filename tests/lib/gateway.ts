// A client of the gateway (docs/gateway.md). It keeps every event and checks that their numbers have no gaps.
import { type Json, SocketClient } from './socket.ts';

export interface Frame {
  op: number;
  d: Json;
  t?: string;
  s?: number;
}

export interface Place {
  session_id: string;
  seq: number;
}

const patience = 20_000;

// Who it is, in the upgrade.
export const bearer = (token: { bearer: string }): Record<string, string> => ({ authorization: token.bearer });

export class Gateway extends SocketClient {
  readonly frames: Frame[] = []; // all that came, in order
  readonly events: Frame[] = []; // those of op 0
  readonly wrong: string[] = []; // what broke the protocol
  place: Place = { session_id: '', seq: 0 };
  onEvent: (event: Frame) => void = () => {};

  private constructor(url: string, headers: Record<string, string>) {
    super(`${url}/api/v1/gateway`, headers, patience);
  }

  // Connects and waits for hello. An upgrade that is refused throws Refused.
  static async open(url: string, headers: Record<string, string>): Promise<Gateway> {
    const gateway = new Gateway(url, headers);
    await gateway.opened();
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

  // The first event of that name, also of those that came already, for which `is` holds.
  event(name: string, is: (d: Json) => boolean = () => true): Promise<Frame> {
    return this.until((frame) => frame.t === name && is(frame.d), name);
  }

  async until(is: (frame: Frame) => boolean, what = 'a frame'): Promise<Frame> {
    return this.wait(what, () => this.frames.find(is));
  }

  // Hangs up without a word, as a cable that is pulled; the session can be resumed.
  async cut(): Promise<Place> {
    await this.hangUp();
    return this.place;
  }

  protected take(data: string, binary: boolean): void {
    if (binary) this.wrong.push('a binary message');
    else this.#take(JSON.parse(data));
  }

  protected seen(): string {
    return `of events came ${this.events.map((event) => event.t).join(' ')}`;
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
}
