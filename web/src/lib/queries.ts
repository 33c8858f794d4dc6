// What more than one feature asks of the server. A feature's own questions are beside its pages.
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { api, get } from './http';
import { ProblemError } from './problem';
import type { Me } from './shapes';

export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      retry: (count, error) => {
        const status = error instanceof ProblemError ? error.problem.status : 0;
        return count < 2 && (status === 0 || status === 503);
      },
    },
  },
});

/** Who is signed in; null for a guest. */
export const me = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await get(api.GET('/api/v1/me'));
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null;
      throw error;
    }
  },
});

export interface ModuleFilters {
  q?: string;
  tag?: string;
  language?: string;
  difficulty?: 'easy' | 'medium' | 'hard';
  state?: 'new' | 'begun' | 'passed';
}

export const modules = (filters: ModuleFilters = {}, limit = 50) =>
  queryOptions({
    queryKey: ['modules', filters, limit],
    queryFn: () =>
      get(
        api.GET('/api/v1/modules', {
          params: { query: { ...filters, ...(limit !== 50 && { limit }) } },
        }),
      ),
  });

export const module = (moduleId: string) =>
  queryOptions({
    queryKey: ['module', moduleId],
    queryFn: () =>
      get(api.GET('/api/v1/modules/{module_id}', { params: { path: { module_id: moduleId } } })),
  });

export const content = (contentId: string) =>
  queryOptions({
    queryKey: ['content', contentId],
    queryFn: () =>
      get(
        api.GET('/api/v1/contents/{content_id}', { params: { path: { content_id: contentId } } }),
      ),
  });

export const languages = queryOptions({
  queryKey: ['languages'],
  staleTime: 600_000,
  queryFn: () => get(api.GET('/api/v1/languages')),
});

export const points = (limit = 100) =>
  queryOptions({
    queryKey: ['points', limit],
    queryFn: () => get(api.GET('/api/v1/me/points', { params: { query: { limit } } })),
  });

/**
 * After something was passed: everything that shows progress or points is asked for again. `earned` of them are
 * booked a moment after the verdict, so they are asked for until they are there.
 */
export function progressChanged(earned = 0): void {
  const before = queryClient.getQueryData(me.queryKey)?.points.earned ?? 0;
  invalidate('me', 'modules', 'module', 'recent', 'points', 'ranking');
  if (earned > 0) void untilBooked(before + earned);
}

function invalidate(...keys: string[]): void {
  for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
}

const LATER_MS = [250, 1000, 3000, 10_000];

async function untilBooked(total: number): Promise<void> {
  for (const wait of LATER_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const now = await queryClient.fetchQuery({ ...me, staleTime: 0 }).catch(() => undefined);
    if (now === null) return; // signed out meanwhile
    if (now && now.points.earned >= total) return invalidate('points', 'ranking');
  }
}
