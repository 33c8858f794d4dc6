// One program that runs live at a terminal (docs/live-runs.md): what has come of it, and what may be said
// to it. It knows neither React nor how a terminal is drawn.
import { type Problem, readProblem } from './problem';
import type { CodeFile, CompileResult } from './shapes';

export interface Program {
  language: string;
  files: CodeFile[];
  entry?: string;
}

export interface Size {
  rows: number;
  columns: number;
}

/** How it ended. */
export interface LiveDone {
  status: string;
  exit_code: number;
  signal?: string;
  cpu_ms: number;
  wall_ms: number;
  memory_bytes: number;
  truncated: boolean;
}

export interface LiveState {
  phase: 'idle' | 'connecting' | 'compiling' | 'running' | 'over';
  /** Whoever watches has had enough: it was told to stop. */
  stopped: boolean;
  compile?: CompileResult;
  /** Of a run that is over: how it ended, or why nobody knows; neither where it was stopped before it began. */
  done?: LiveDone;
  problem?: Problem;
}

export const notBegun: LiveState = { phase: 'idle', stopped: false };

export const isOn = ({ phase }: LiveState): boolean => phase !== 'idle' && phase !== 'over';

/** What is used of a WebSocket, so that a test can stand in for one. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface LiveOptions {
  connect: () => LiveSocket;
  onChange: (state: LiveState) => void;
  /** What the program has printed, escape sequences and all. */
  onOutput: (output: string | Uint8Array) => void;
  /** Why no connection was to be had: a browser does not say. */
  whyRefused: () => Promise<Problem>;
}

// The server takes 1,200 messages a minute; a key that is held down, or a pane that is resized, makes more.
export const REST_MS = 100;

const CLOSED: Record<number, string> = {
  1001: 'server_stops',
  4009: 'too_much_input',
};

export class LiveRun {
  readonly #options: LiveOptions;
  #state = notBegun;
  #socket: LiveSocket | null = null;
  #typed = '';
  #size: Size | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Compiles and runs it. What ran before is killed. */
  start(program: Program, size: Size): void {
    this.leave();
    const socket = this.#options.connect();
    this.#socket = socket;
    this.#become({ phase: 'connecting', stopped: false });
    socket.onopen = () => {
      this.#say('run', { ...program, terminal: this.#size ?? size });
      this.#size = undefined;
      this.#become({ ...this.#state, phase: 'compiling' });
    };
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = ({ code }) => void this.#closed(socket, code);
  }

  type(text: string): void {
    if (!this.#takesInput()) return;
    this.#typed += text;
    this.#flush();
  }

  interrupt(): void {
    this.type('\u0003');
  }

  endInput(): void {
    if (!this.#takesInput()) return;
    this.#sayAll();
    this.#say('eof');
  }

  resize(size: Size): void {
    if (!isOn(this.#state)) return;
    this.#size = size;
    if (this.#takesInput()) this.#flush();
  }

  /** Kills it, and waits for what is to be said of its end; the second time, or before it runs, does not wait. */
  stop(): void {
    if (!isOn(this.#state)) return;
    if (this.#state.phase === 'running' && !this.#state.stopped) {
      this.#say('signal', { name: 'KILL' });
      this.#become({ ...this.#state, stopped: true });
    } else this.#end({ stopped: true });
  }

  /** The browser says that there is no network. */
  lostNetwork(): void {
    if (isOn(this.#state)) this.#end({ problem: local('connection_lost') });
  }

  /** Nobody watches any more: the server kills a program whose connection has gone. */
  leave(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#typed = '';
    this.#size = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #receive(text: string): void {
    const message = parse(text);
    if (!message) return;
    const { op, d } = message;
    if (op === 'compile') this.#become({ ...this.#state, compile: d as CompileResult });
    else if (op === 'started') this.#become({ ...this.#state, phase: 'running' });
    else if (op === 'stdout' || op === 'stderr') this.#options.onOutput(outputOf(d as Output));
    else if (op === 'done') this.#end({ done: d as LiveDone });
    else if (op === 'error') this.#end({ problem: refusal(d as Refusal) });
  }

  async #closed(socket: LiveSocket, code: number): Promise<void> {
    const begun = this.#state.phase !== 'connecting';
    const problem = begun
      ? local(CLOSED[code] ?? 'connection_lost')
      : await this.#options.whyRefused();
    if (socket === this.#socket) this.#end({ problem });
  }

  #end(more: Partial<LiveState>): void {
    this.leave();
    this.#become({ ...this.#state, ...more, phase: 'over' });
  }

  #become(state: LiveState): void {
    this.#state = state;
    this.#options.onChange(state);
  }

  /** It waits at the server for a program that is still compiled. */
  #takesInput(): boolean {
    return this.#state.phase === 'compiling' || this.#state.phase === 'running';
  }

  #flush(): void {
    if (this.#resting !== undefined || (this.#typed === '' && !this.#size)) return;
    this.#sayAll();
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      this.#flush();
    }, REST_MS);
  }

  #sayAll(): void {
    if (this.#size) this.#say('resize', this.#size);
    if (this.#typed !== '') this.#say('stdin', { text: this.#typed });
    this.#size = undefined;
    this.#typed = '';
  }

  #say(op: string, d?: unknown): void {
    this.#socket?.send(JSON.stringify({ op, d }));
  }
}

interface Output {
  text?: string;
  base64?: string;
}

interface Refusal {
  reason?: string;
  message?: string;
  retry_after_ms?: number;
}

function parse(text: string): { op: string; d: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const outputOf = ({ text, base64 }: Output): string | Uint8Array =>
  text ?? Uint8Array.from(atob(base64 ?? ''), (letter) => letter.charCodeAt(0));

function refusal({ message, retry_after_ms, ...body }: Refusal): Problem {
  const retryAfter = retry_after_ms === undefined ? null : `${Math.ceil(retry_after_ms / 1000)}`;
  return readProblem(
    body.reason === 'internal' ? 500 : 400,
    { ...body, detail: message },
    retryAfter,
  );
}

const local = (reason: string): Problem => ({ status: 0, reason, message: '' });
