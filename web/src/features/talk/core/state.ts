// All that Talk knows, and what an event changes in it. Pure: what comes twice or late changes nothing.

import type { Problem } from '@/lib/problem';
import type { Status } from './gateway';
import { addPage, type History, nothing, put, remove, replaceFrom, trim } from './history';
import { change, type Outbox, type Outgoing, refused } from './outbox';
import type {
  Channel,
  ChannelWithRead,
  GatewayEvent,
  Membership,
  Message,
  ReadState,
} from './shapes';
import { compareIds, type Server } from './shapes';
import { mergeRead } from './unread';

export interface Loading {
  what?: 'newest' | 'older' | undefined;
  problem?: Problem | undefined;
}

export interface TalkState {
  userId: string;
  status: Status;
  /** READY came at least once: what is missing now does not exist. */
  known: boolean;
  servers: readonly Server[];
  channels: ReadonlyMap<string, Channel>;
  reads: ReadonlyMap<string, ReadState>;
  histories: ReadonlyMap<string, History>;
  loading: ReadonlyMap<string, Loading>;
  outbox: Outbox;
  /** Message id → the nonce that it was sent with, of this page's own messages. */
  sentAs: ReadonlyMap<string, string>;
}

export const empty: TalkState = {
  userId: '',
  status: 'offline',
  known: false,
  servers: [],
  channels: new Map(),
  reads: new Map(),
  histories: new Map(),
  loading: new Map(),
  outbox: [],
  sentAs: new Map(),
};

type Page = { messages: Message[]; has_before: boolean };

export type Action =
  | { type: 'event'; event: GatewayEvent }
  | { type: 'start'; userId: string; outbox: Outbox }
  | { type: 'status'; status: Status }
  | { type: 'loading'; channelId: string; loading: Loading }
  | { type: 'page'; channelId: string; page: Page }
  | { type: 'reloaded'; channelId: string; messages: Message[]; asked: ReadonlySet<string> }
  | { type: 'forget'; channelIds: string[] }
  | { type: 'trim'; channelId: string }
  | { type: 'compose'; outgoing: Outgoing }
  | { type: 'sending' | 'retry' | 'discard'; nonce: string }
  | { type: 'refused'; nonce: string; problem: Problem; now: number }
  | { type: 'sent'; nonce: string; message: Message };

export function reduce(state: TalkState, action: Action): TalkState {
  switch (action.type) {
    case 'event':
      return onEvent(state, action.event);
    case 'start':
      return { ...empty, userId: action.userId, outbox: action.outbox };
    case 'status':
      return { ...state, status: action.status };
    case 'loading': {
      const history = state.histories.get(action.channelId) ?? nothing;
      const loading = new Map(state.loading).set(action.channelId, action.loading);
      return withHistory({ ...state, loading }, action.channelId, history);
    }
    case 'page':
    case 'reloaded':
      return loaded(state, action);
    case 'forget':
      return forget(state, action.channelIds);
    case 'trim': {
      const history = state.histories.get(action.channelId);
      return history ? withHistory(state, action.channelId, trim(history)) : state;
    }
    case 'compose':
      return { ...state, outbox: [...state.outbox, action.outgoing] };
    case 'sending':
      return { ...state, outbox: change(state.outbox, action.nonce, { state: 'sending' }) };
    case 'retry':
      return { ...state, outbox: change(state.outbox, action.nonce, { state: 'waiting' }) };
    case 'discard':
      return { ...state, outbox: without(state.outbox, action.nonce) };
    case 'refused': {
      const { nonce, problem, now } = action;
      return { ...state, outbox: refused(state.outbox, nonce, problem, now) };
    }
    case 'sent':
      return onMessage(state, { ...action.message, nonce: action.nonce });
  }
}

function onEvent(state: TalkState, event: GatewayEvent): TalkState {
  switch (event.t) {
    case 'READY':
      return onReady(state, event.d.servers);
    case 'MESSAGE_CREATE':
    case 'MESSAGE_UPDATE':
      return event.d.deleted ? onDelete(state, event.d) : onMessage(state, event.d);
    case 'MESSAGE_DELETE':
      return onDelete(state, event.d);
    case 'CHANNEL_CREATE':
      return addChannels(state, [event.d]);
    case 'CHANNEL_DELETE':
      return dropChannels(state, (channel) => channel.id === event.d.id);
    case 'SERVER_CREATE':
      return addServer(state, event.d);
    case 'SERVER_DELETE':
      return dropServer(state, event.d.id);
    case 'SERVER_UPDATE':
      return changeServer(state, event.d.id, event.d);
    case 'CHANNEL_UPDATE':
      return changeChannel(state, event.d);
    case 'SERVER_MEMBER_ADD':
      return changeServer(state, event.d.server_id, { member_count: event.d.member_count });
    case 'SERVER_MEMBER_REMOVE': {
      const { server_id, user, member_count } = event.d;
      if (user.id === state.userId) return dropServer(state, server_id);
      return changeServer(state, server_id, { member_count });
    }
    case 'CHANNEL_READ':
      return withRead(state, event.d);
    default:
      return state;
  }
}

/** The server's word replaces ours; only what was loaded of histories stays, to be compared anew. */
function onReady(state: TalkState, memberships: Membership[]): TalkState {
  const base = { ...state, known: true, servers: [], channels: new Map(), reads: new Map() };
  const next = memberships.reduce(addServer, base as TalkState);
  const lost = [...state.histories.keys()].filter((id) => !next.channels.has(id));
  return lost.length > 0 ? forget(next, lost) : next;
}

function addServer(state: TalkState, { server, channels }: Membership): TalkState {
  const known = state.servers.some((each) => each.id === server.id);
  const servers = known
    ? state.servers.map((each) => (each.id === server.id ? server : each))
    : [...state.servers, server];
  return addChannels({ ...state, servers }, channels);
}

function addChannels(state: TalkState, news: ChannelWithRead[]): TalkState {
  const channels = new Map(state.channels);
  const reads = new Map(state.reads);
  for (const { last_message_id, last_seq, last_read_id, ...channel } of news) {
    // An event for everybody has no permissions of ours: then those that are known, or the server's.
    const server = state.servers.find((each) => each.id === channel.server_id);
    const permissions =
      channel.permissions || (channels.get(channel.id)?.permissions ?? server?.permissions ?? 0);
    channels.set(channel.id, { ...channel, permissions });
    const read = {
      channel_id: channel.id,
      ...(last_message_id !== undefined && { last_message_id }),
      ...(last_seq !== undefined && { last_seq }),
      ...(last_read_id !== undefined && { last_read_id }),
    };
    reads.set(channel.id, mergeRead(reads.get(channel.id), read));
  }
  return { ...state, channels, reads };
}

function changeServer(state: TalkState, id: string, news: Partial<Server>): TalkState {
  if (!state.servers.some((each) => each.id === id)) return state;
  const servers = state.servers.map((each) => (each.id === id ? { ...each, ...news } : each));
  return { ...state, servers };
}

/** What one may do in it has changed; only the server says that there is one. */
function changeChannel(state: TalkState, channel: Channel): TalkState {
  if (!state.channels.has(channel.id)) return state;
  return { ...state, channels: new Map(state.channels).set(channel.id, channel) };
}

function dropServer(state: TalkState, id: string): TalkState {
  const servers = state.servers.filter((each) => each.id !== id);
  return dropChannels({ ...state, servers }, (channel) => channel.server_id === id);
}

function dropChannels(state: TalkState, which: (channel: Channel) => boolean): TalkState {
  const gone = [...state.channels.values()].filter(which).map((each) => each.id);
  const keep = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].filter(([id]) => !gone.includes(id)));
  const next = { ...state, channels: keep(state.channels), reads: keep(state.reads) };
  return forget(next, gone);
}

function forget(state: TalkState, channelIds: string[]): TalkState {
  const histories = new Map(state.histories);
  const loading = new Map(state.loading);
  for (const id of channelIds) {
    histories.delete(id);
    loading.delete(id);
  }
  return { ...state, histories, loading };
}

function onMessage(state: TalkState, message: Message): TalkState {
  const own = message.author.id === state.userId;
  const { nonce, ...plain } = message;
  let next = withRead(state, {
    channel_id: message.channel_id,
    last_message_id: message.id,
    last_seq: message.seq,
  });
  if (own && nonce && state.outbox.some((each) => each.nonce === nonce))
    next = {
      ...next,
      outbox: without(next.outbox, nonce),
      sentAs: new Map(next.sentAs).set(message.id, nonce),
    };
  const history = next.histories.get(message.channel_id);
  return history ? withHistory(next, message.channel_id, put(history, plain)) : next;
}

function onDelete(
  state: TalkState,
  { id, channel_id }: Pick<Message, 'id' | 'channel_id'>,
): TalkState {
  const history = state.histories.get(channel_id);
  return history ? withHistory(state, channel_id, remove(history, id)) : state;
}

function loaded(
  state: TalkState,
  action: Extract<Action, { type: 'page' | 'reloaded' }>,
): TalkState {
  const { channelId } = action;
  const history = state.histories.get(channelId) ?? nothing;
  const next =
    action.type === 'page'
      ? addPage(history, action.page)
      : replaceFrom(history, action.messages, action.asked);
  const loading = new Map(state.loading).set(channelId, {});
  const filled = withHistory({ ...state, loading }, channelId, next);
  const last = next.messages.at(-1);
  return last
    ? withRead(filled, { channel_id: channelId, last_message_id: last.id, last_seq: last.seq })
    : filled;
}

const without = (outbox: Outbox, nonce: string): Outbox =>
  outbox.filter((each) => each.nonce !== nonce);

const withHistory = (state: TalkState, id: string, history: History): TalkState =>
  state.histories.get(id) === history
    ? state
    : { ...state, histories: new Map(state.histories).set(id, history) };

function withRead(state: TalkState, news: Partial<ReadState> & { channel_id: string }): TalkState {
  const before = state.reads.get(news.channel_id);
  const read = mergeRead(before, news);
  const nothingNew =
    before &&
    compareIds(before.last_message_id, read.last_message_id) === 0 &&
    before.last_read_id === read.last_read_id &&
    before.last_seq === read.last_seq;
  if (nothingNew) return state;
  return { ...state, reads: new Map(state.reads).set(news.channel_id, read) };
}
