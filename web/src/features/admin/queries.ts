import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, get } from '@/lib/http';

export const mails = infiniteQueryOptions({
  queryKey: ['mails'],
  initialPageParam: '',
  // Somebody who signed up is waiting for the next one to come.
  refetchInterval: 5_000,
  queryFn: ({ pageParam }) =>
    get(
      api.GET('/api/v1/admin/mails', {
        params: { query: { ...(pageParam && { page_token: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_page_token,
});

export const mail = (mailId: string) =>
  queryOptions({
    queryKey: ['mail', mailId],
    queryFn: () =>
      get(api.GET('/api/v1/admin/mails/{mail_id}', { params: { path: { mail_id: mailId } } })),
  });

export type Role = (typeof ROLES)[number];

export const ROLES = [
  'administrator',
  'user_moderator',
  'server_moderator',
  'content_creator',
  'assessment_creator',
] as const;

export const holders = (role: Role) =>
  queryOptions({
    queryKey: ['roles', role],
    queryFn: () =>
      get(
        api.GET('/api/v1/admin/roles/{role}/users', {
          params: { path: { role }, query: { limit: 100 } },
        }),
      ),
  });

/** For a name beside an id. */
export const profile = (userId: string) =>
  queryOptions({
    queryKey: ['profile', userId],
    queryFn: () =>
      get(api.GET('/api/v1/users/{user_id}', { params: { path: { user_id: userId } } })),
  });
