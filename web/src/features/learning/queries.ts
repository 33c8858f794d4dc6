// What the learning pages alone ask the server.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, get } from '@/lib/http';
import type { Submission } from '@/lib/shapes';

/** Asked anew each time that an answer is opened, and never behind its back. */
export const draft = (componentId: string, language: string) =>
  queryOptions({
    queryKey: ['draft', componentId, language],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () =>
      get(
        api.GET('/api/v1/components/{component_id}/draft', {
          params: { path: { component_id: componentId }, query: language ? { language } : {} },
        }),
      ),
  });

export const submissions = (componentId: string, passed: boolean) =>
  infiniteQueryOptions({
    queryKey: ['submissions', componentId, passed],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      get(
        api.GET('/api/v1/components/{component_id}/submissions', {
          params: {
            path: { component_id: componentId },
            query: { ...(passed && { passed }), ...(pageParam && { page_token: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_page_token,
  });

// The address has a stream as well, so the contract's types say either; asked for is the JSON.
export const submission = async (submissionId: string): Promise<Submission> =>
  (await get(
    api.GET('/api/v1/submissions/{submission_id}', {
      params: { path: { submission_id: submissionId } },
    }),
  )) as Submission;
