// The live connection: heartbeats, resume, and coming back with growing pauses. It knows nothing of what
// the events mean.
import {
  CLOSE_AND_RESUME,
  DISPATCH,
  type Frame,
  HEARTBEAT,
  HEARTBEAT_ACK,
  HELLO,
  IDENTIFY,
  INVALID_SESSION,
  NOT_RESUMABLE,
  parse,
  pauseMs,
  RECONNECT,
  RESUME,
  SIGNED_OUT,
} from './frames';
import type { GatewayEvent } from './shapes';

export type Status = 'connecting' | 'ready' | 'offline' | 'signed-out';

/** What is used of a WebSocket, so that a test can stand in for one. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface GatewayOptions {
  connect: () => Socket;
  onEvent: (event: GatewayEvent) => void;
  onStatus: (status: Status) => void;
  /** 0 ≤ x < 1. */
  random?: () => number;
}

// From opening a socket to READY or RESUMED; and for an answer after the machine slept.
const PATIENCE_MS = 15_000;
const NUDGE_MS = 5_000;

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #random: () => number;
  #socket: Socket | null = null;
  #session: string | null = null;
  #seq = 0;
  #attempt = 0;
  #interval = 0;
  #acknowledged = true;
  #running = false;
  #status: Status = 'offline';
  #beat: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  stop(): void {
    this.#running = false;
    this.#drop(1000);
    this.#say('offline');
  }

  /** The network is back, or the page is looked at again: find out now rather than at the next beat. */
  nudge(): void {
    if (this.#running && !this.#socket) this.#open();
    if (this.#status !== 'ready') return;
    this.#acknowledged = false;
    this.#send(HEARTBEAT, this.#seq || null);
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (!this.#acknowledged) this.#lost(CLOSE_AND_RESUME);
    }, NUDGE_MS);
  }

  /** The browser says that there is no network. What comes next is `nudge`, or a pause that ends. */
  lostNetwork(): void {
    if (this.#running && this.#socket) this.#lost(CLOSE_AND_RESUME);
  }

  #open(): void {
    clearTimeout(this.#pause);
    this.#say('connecting');
    const socket = this.#options.connect();
    this.#socket = socket;
    this.#acknowledged = true;
    // An old socket's late words are not for us.
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#closed(code);
    };
    this.#watch = setTimeout(() => this.#lost(CLOSE_AND_RESUME), PATIENCE_MS);
  }

  #receive(data: unknown): void {
    const frame = parse(data);
    if (frame?.op === HELLO) this.#greet(frame.d);
    else if (frame?.op === DISPATCH) this.#dispatch(frame);
    else if (frame?.op === HEARTBEAT) this.#send(HEARTBEAT, this.#seq || null);
    else if (frame?.op === HEARTBEAT_ACK) this.#acknowledged = true;
    else if (frame?.op === RECONNECT) this.#lost(CLOSE_AND_RESUME, 5000 * this.#random());
    else if (frame?.op === INVALID_SESSION) this.#invalid(frame.d === true);
  }

  #greet(d: unknown): void {
    this.#interval = (d as { heartbeat_interval?: number } | null)?.heartbeat_interval ?? 45_000;
    this.#beat = setTimeout(() => this.#heartbeat(), this.#interval * this.#random());
    this.#introduce();
  }

  #introduce(): void {
    if (this.#session) this.#send(RESUME, { session_id: this.#session, seq: this.#seq });
    else this.#send(IDENTIFY, {});
  }

  #invalid(resumable: boolean): void {
    if (!resumable) this.#forget();
    this.#introduce();
  }

  #heartbeat(): void {
    if (!this.#acknowledged) {
      this.#lost(CLOSE_AND_RESUME);
      return;
    }
    this.#acknowledged = false;
    this.#send(HEARTBEAT, this.#seq || null);
    this.#beat = setTimeout(() => this.#heartbeat(), this.#interval);
  }

  #dispatch({ t, s, d }: Frame): void {
    const event = { t, d } as GatewayEvent;
    if (event.t === 'READY') {
      this.#session = event.d.session_id;
      this.#seq = s ?? 0;
    } else if (s !== undefined && event.t !== 'RESUMED') {
      // RESUMED has the number of the last event.
      if (s <= this.#seq) return; // seen before the connection broke
      this.#seq = s;
    }
    if (event.t === 'READY' || event.t === 'RESUMED') {
      this.#attempt = 0;
      clearTimeout(this.#watch);
      // What READY says is known before anybody hears that all is well.
      this.#options.onEvent(event);
      this.#say('ready');
    } else this.#options.onEvent(event);
  }

  #closed(code: number): void {
    if (code === SIGNED_OUT) {
      this.#running = false;
      this.#drop();
      this.#say('signed-out');
      return;
    }
    if (NOT_RESUMABLE.has(code)) this.#forget();
    this.#lost();
  }

  #lost(code?: number, after = pauseMs(this.#attempt++, this.#random())): void {
    this.#drop(code);
    this.#say('offline');
    if (this.#running) this.#pause = setTimeout(() => this.#open(), after);
  }

  #drop(code?: number): void {
    for (const timer of [this.#beat, this.#watch, this.#pause]) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null;
    if (code !== undefined) socket?.close(code);
  }

  #forget(): void {
    this.#session = null;
    this.#seq = 0;
  }

  #send(op: number, d: unknown): void {
    this.#socket?.send(JSON.stringify({ op, d }));
  }

  #say(status: Status): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
