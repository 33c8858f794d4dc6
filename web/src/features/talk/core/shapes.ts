// The contract's messages, and what the gateway sends (docs/gateway.md).
import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type Server = Schemas['Server'];
export type Channel = Schemas['Channel'];
export type Message = Schemas['Message'];
export type Member = Schemas['Member'];
export type ReadState = Schemas['ReadState'];

/** Where the caller stands in a channel: READY and SERVER_CREATE may say it beside the channel. */
export type ChannelWithRead = Channel & Partial<Omit<ReadState, 'channel_id'>>;

export interface Membership {
  server: Server;
  channels: ChannelWithRead[];
}

interface MemberChange {
  server_id: string;
  user: { id: string };
  /** Of the server, with this change. */
  member_count: number;
}

export type GatewayEvent =
  | { t: 'READY'; d: { session_id: string; user: { id: string }; servers: Membership[] } }
  | { t: 'RESUMED'; d: unknown }
  | { t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE'; d: Message }
  | { t: 'MESSAGE_DELETE'; d: { id: string; channel_id: string; seq: number; version: number } }
  | { t: 'CHANNEL_CREATE'; d: ChannelWithRead }
  | { t: 'CHANNEL_UPDATE'; d: Channel }
  | { t: 'CHANNEL_DELETE'; d: { id: string; server_id: string } }
  | { t: 'SERVER_CREATE'; d: Membership }
  | { t: 'SERVER_UPDATE'; d: Server }
  | { t: 'SERVER_DELETE'; d: { id: string } }
  | { t: 'SERVER_MEMBER_ADD'; d: MemberChange & { joined_at: number } }
  | { t: 'SERVER_MEMBER_REMOVE'; d: MemberChange }
  | { t: 'CHANNEL_READ'; d: ReadState };

/** Bits of a permission mask (contract/authorization.proto). */
export const MANAGE_CHANNELS = 16;
export const SEND_MESSAGES = 2048;
export const MANAGE_MESSAGES = 8192;

/** Not `&`, which cuts a mask to 32 bits. */
export const may = (permissions: number, bit: number): boolean =>
  Math.floor(permissions / bit) % 2 === 1;

/** Ids are decimal numbers beyond 2^53 and stay text: below, equal or above zero, as for `sort`. */
export const compareIds = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export const laterId = (a: string, b: string): string => (compareIds(a, b) >= 0 ? a : b);
