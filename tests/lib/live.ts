// A client of live sessions (docs/live-runs.md). It keeps every message.
import { type Json, SocketClient } from './socket.ts';

export interface Message {
  op: string;
  d: Json;
}

const patience = 30_000;

export class Live extends SocketClient {
  readonly messages: Message[] = []; // all that came, in order

  private constructor(url: string, headers: Record<string, string>) {
    super(`${url}/api/v1/runs/live`, headers, patience);
  }

  // An upgrade that is refused throws Refused.
  static async open(url: string, headers: Record<string, string>): Promise<Live> {
    const live = new Live(url, headers);
    await live.opened();
    return live;
  }

  say(op: string, d?: unknown): void {
    this.raw(JSON.stringify({ op, d }));
  }

  type(text: string): void {
    this.say('stdin', { text });
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

  // What done said, when the server has closed as it should.
  async done(): Promise<Json> {
    const { code, reason } = await this.ended();
    const last = this.messages.at(-1);
    if (code !== 1000 || last?.op !== 'done') throw new Error(`not done, but ${code} ${reason} after ${JSON.stringify(last)}`);
    return last.d;
  }

  cut(): Promise<void> {
    return this.hangUp();
  }

  protected take(data: string): void {
    this.messages.push(JSON.parse(data));
  }

  protected seen(): string {
    return `the last were ${JSON.stringify(this.messages.slice(-5)).slice(0, 2000)}`;
  }
}
