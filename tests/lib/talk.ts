// What people do in Beep, over REST; each gives the answer's body and fails on a refusal.
import { expect } from 'vitest';
import type { Answer, Client } from './client.ts';
import type { Json } from './socket.ts';
import { key } from './world.ts';

export function done(answer: Answer<Json>): Json {
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

export async function createServer(client: Client, name: string, open = true, description = ''): Promise<Json> {
  return done(await client.post('/api/v1/servers', { name, description, public: open }, key()));
}

export async function createChannel(client: Client, serverId: string, name: string, type = 'text'): Promise<Json> {
  return done(await client.post(`/api/v1/servers/${serverId}/channels`, { name, type, topic: '' }, key()));
}

export const join = async (client: Client, serverId: string) => done(await client.post(`/api/v1/servers/${serverId}/join`, {}));
export const leave = async (client: Client, serverId: string) => done(await client.delete(`/api/v1/me/servers/${serverId}`));
export const mine = async (client: Client): Promise<Json[]> => done(await client.get('/api/v1/me/servers')).servers;

// The id of its "general".
export async function general(client: Client, serverId: string): Promise<string> {
  return done(await client.get(`/api/v1/servers/${serverId}/channels`)).channels[0].id;
}

export async function say(client: Client, channelId: string, content: string, more = {}): Promise<Json> {
  return done(await client.post(`/api/v1/channels/${channelId}/messages`, { content, nonce: '', ...more }, key()));
}

export const edit = async (client: Client, id: string, content: string) => done(await client.patch(`/api/v1/messages/${id}`, { content }));
export const remove = async (client: Client, id: string) => done(await client.delete(`/api/v1/messages/${id}`));
export const markRead = async (client: Client, channelId: string, id: string) =>
  done(await client.put(`/api/v1/channels/${channelId}/read`, { message_id: id }));

export async function history(client: Client, channelId: string, query = ''): Promise<Json> {
  return done(await client.get(`/api/v1/channels/${channelId}/messages${query}`));
}
