// What a client of Beep knows: READY and the history behind it, kept up to date by events alone. Two of
// them that look at the same must be equal, however they came to it.
import type { Client } from './client.ts';
import { bearer, type Frame, Gateway } from './gateway.ts';
import type { Json } from './socket.ts';

interface Channel {
  channel: Json; // as in READY
  messages: Map<string, Json>;
}

export class TalkState {
  readonly gateway: Gateway;
  readonly wrong: string[] = [];
  readonly #client: Client;
  readonly #servers = new Map<string, Json>();
  readonly #channels = new Map<string, Channel>();
  readonly #deleted = new Set<string>(); // of which an older page may still tell
  #loading: Promise<void>[] = [];
  #counted: Promise<void> = Promise.resolve(); // one after the other, so that the last answer is the newest

  private constructor(client: Client, gateway: Gateway) {
    this.#client = client;
    this.gateway = gateway;
  }

  static async connect(client: Client): Promise<TalkState> {
    const gateway = await Gateway.open(client.url, bearer(client));
    const state = new TalkState(client, gateway);
    gateway.onEvent = (event) => state.#apply(event);
    await gateway.identify();
    return state;
  }

  // To be compared; whoever waits for it to become something looks again.
  async seen(): Promise<Json> {
    while (this.#loading.length > 0) await Promise.all(this.#loading.splice(0));
    const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1)).map(([, value]) => value);
    return {
      servers: sorted(this.#servers),
      channels: sorted(this.#channels).map(({ channel, messages }) => ({ ...channel, messages: sorted(messages) })),
      wrong: [...this.wrong, ...this.gateway.wrong],
    };
  }

  #apply({ t, d }: Frame): void {
    switch (t) {
      case 'READY':
        for (const one of d.servers) this.#addServer(one);
        return;
      case 'SERVER_CREATE':
        return this.#addServer(d);
      case 'SERVER_UPDATE':
        return this.#update(this.#servers.get(d.id), d);
      case 'CHANNEL_UPDATE':
        return this.#update(this.#channels.get(d.id)?.channel, d);
      case 'SERVER_DELETE':
        if (!this.#servers.delete(d.id)) this.wrong.push('SERVER_DELETE of an unknown one');
        for (const [id, { channel }] of this.#channels) if (channel.server_id === d.id) this.#channels.delete(id);
        return;
      case 'SERVER_MEMBER_ADD':
      case 'SERVER_MEMBER_REMOVE':
        if (!this.#servers.has(d.server_id)) this.wrong.push(`${t} of an unknown server`);
        this.#counted = this.#counted.then(() => this.#count(d.server_id));
        this.#loading.push(this.#counted);
        return;
      case 'CHANNEL_CREATE':
        return this.#addChannel(d);
      case 'CHANNEL_DELETE':
        if (!this.#channels.delete(d.id)) this.wrong.push('CHANNEL_DELETE of an unknown one');
        return;
      case 'CHANNEL_READ': {
        const known = this.#channels.get(d.channel_id)?.channel;
        if (known && BigInt(d.last_read_id) > BigInt(known.last_read_id)) known.last_read_id = d.last_read_id;
        return;
      }
      default:
        if (t?.startsWith('MESSAGE_')) this.#applyMessage(t, d);
    }
  }

  #update(known: Json, d: Json): void {
    if (known) Object.assign(known, d);
    else this.wrong.push('an update of something unknown');
  }

  #applyMessage(t: string, d: Json): void {
    const known = this.#channels.get(d.channel_id);
    if (!known) return void this.wrong.push(`${t} of an unknown channel`);
    const { channel, messages } = known;
    if (t === 'MESSAGE_CREATE') {
      if (d.seq !== channel.last_seq + 1) this.wrong.push(`message ${d.seq} after ${channel.last_seq}`);
      channel.last_seq = d.seq;
      channel.last_message_id = d.id;
    }
    if (t === 'MESSAGE_DELETE') {
      messages.delete(d.id);
      this.#deleted.add(d.id);
    } else {
      this.#put(messages, d);
    }
  }

  #put(messages: Map<string, Json>, { nonce: _, ...message }: Json): void {
    const before = messages.get(message.id);
    if (!this.#deleted.has(message.id) && (!before || before.version < message.version)) messages.set(message.id, message);
  }

  #addServer({ server, channels }: Json): void {
    if (this.#servers.has(server.id)) this.wrong.push('SERVER_CREATE of a known one');
    this.#servers.set(server.id, { ...server });
    for (const channel of channels) this.#addChannel(channel);
  }

  #addChannel(channel: Json): void {
    if (this.#channels.has(channel.id)) return;
    const made: Channel = { channel: { ...channel }, messages: new Map() };
    this.#channels.set(channel.id, made);
    if (channel.last_seq > 0) this.#loading.push(this.#load(made));
  }

  async #load({ channel, messages }: Channel): Promise<void> {
    const page = await this.#client.get(`/api/v1/channels/${channel.id}/messages?limit=100`);
    if (page.status === 200) for (const message of page.body.messages) this.#put(messages, message);
  }

  // What READY has counted may come as an event, too: adding up would drift.
  async #count(serverId: string): Promise<void> {
    const answer = await this.#client.get(`/api/v1/servers/${serverId}`);
    const known = this.#servers.get(serverId);
    if (known && answer.status === 200) known.member_count = answer.body.member_count;
  }
}
