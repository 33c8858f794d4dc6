// What Talk asks the server.
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, attempt, get, type Result } from '@/lib/http';
import type { Outgoing } from './core/outbox';
import type { Channel, Message, ReadState, Server } from './core/shapes';

const inServer = (serverId: string) => ({ path: { server_id: serverId } });
const inChannel = (channelId: string) => ({ path: { channel_id: channelId } });
const ofMessage = (messageId: string) => ({ path: { message_id: messageId } });

interface Where {
  before?: string;
  after?: string;
  limit?: number;
}

export const listMessages = (channelId: string, { before, after, limit = 50 }: Where) =>
  attempt(
    api.GET('/api/v1/channels/{channel_id}/messages', {
      params: {
        ...inChannel(channelId),
        query: {
          limit,
          ...(before !== undefined && { before }),
          ...(after !== undefined && { after }),
        },
      },
    }),
  );

export const sendMessage = ({
  channelId,
  content,
  nonce,
  key,
}: Outgoing): Promise<Result<Message>> =>
  attempt(
    api.POST('/api/v1/channels/{channel_id}/messages', {
      params: { ...inChannel(channelId), header: { 'Idempotency-Key': key } },
      body: { content, nonce },
    }),
  );

export const editMessage = (messageId: string, content: string): Promise<Result<Message>> =>
  attempt(
    api.PATCH('/api/v1/messages/{message_id}', {
      params: ofMessage(messageId),
      body: { content },
    }),
  );

export const deleteMessage = (messageId: string): Promise<Result<unknown>> =>
  attempt(api.DELETE('/api/v1/messages/{message_id}', { params: ofMessage(messageId) }));

export const markRead = (channelId: string, messageId: string): Promise<Result<ReadState>> =>
  attempt(
    api.PUT('/api/v1/channels/{channel_id}/read', {
      params: inChannel(channelId),
      body: { message_id: messageId },
    }),
  );

export const listChannels = (serverId: string) =>
  attempt(api.GET('/api/v1/servers/{server_id}/channels', { params: inServer(serverId) }));

export const createServer = (
  body: { name: string; description: string; public: boolean },
  key: string,
): Promise<Result<Server>> =>
  attempt(api.POST('/api/v1/servers', { params: { header: { 'Idempotency-Key': key } }, body }));

export const joinServer = (serverId: string): Promise<Result<Server>> =>
  attempt(api.POST('/api/v1/servers/{server_id}/join', { params: inServer(serverId) }));

export const leaveServer = (serverId: string): Promise<Result<unknown>> =>
  attempt(api.DELETE('/api/v1/me/servers/{server_id}', { params: inServer(serverId) }));

export const createChannel = (
  serverId: string,
  body: { name: string; type: 'text' | 'category'; topic: string; parent_id?: string },
  key: string,
): Promise<Result<Channel>> =>
  attempt(
    api.POST('/api/v1/servers/{server_id}/channels', {
      params: { ...inServer(serverId), header: { 'Idempotency-Key': key } },
      body,
    }),
  );

const page = (token: string) => ({ ...(token && { page_token: token }) });

export const discovery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['talk', 'discover', q],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      get(
        api.GET('/api/v1/servers', { params: { query: { ...(q && { q }), ...page(pageParam) } } }),
      ),
    getNextPageParam: (last) => last.next_page_token,
  });

export const members = (serverId: string) =>
  infiniteQueryOptions({
    queryKey: ['talk', 'members', serverId],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      get(
        api.GET('/api/v1/servers/{server_id}/members', {
          params: { ...inServer(serverId), query: { limit: 100, ...page(pageParam) } },
        }),
      ),
    getNextPageParam: (last) => last.next_page_token,
  });
