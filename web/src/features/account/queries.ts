// What the account pages alone ask the server.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, get } from '@/lib/http';

const page = (token: string) => ({ ...(token && { page_token: token }) });

export const ranking = infiniteQueryOptions({
  queryKey: ['ranking'],
  initialPageParam: '',
  queryFn: ({ pageParam }) =>
    get(api.GET('/api/v1/ranking', { params: { query: page(pageParam) } })),
  getNextPageParam: (last) => last.next_page_token,
});

export const ledger = infiniteQueryOptions({
  queryKey: ['points', 'all'],
  initialPageParam: '',
  queryFn: ({ pageParam }) =>
    get(api.GET('/api/v1/me/points', { params: { query: page(pageParam) } })),
  getNextPageParam: (last) => last.next_page_token,
});

export const profile = (userId: string) =>
  queryOptions({
    queryKey: ['profile', userId],
    queryFn: () =>
      get(api.GET('/api/v1/users/{user_id}', { params: { path: { user_id: userId } } })),
  });

export const tokens = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => get(api.GET('/api/v1/tokens')),
});
