// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startI18n, switchLanguage } from '@/lib/i18n';
import type { RecentRun } from '@/lib/shapes';
import { RecentRuns } from './RecentRuns';

beforeAll(async () => {
  await startI18n();
  await switchLanguage('en', false);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const ended: RecentRun = {
  id: '2',
  user_id: '17',
  language: 'cpp',
  priority: 'try',
  status: 'WA',
  tests_done: 3,
  tests: 3,
  started_at: Date.now(),
  queue_ms: 4,
  run_ms: 1500,
  cpu_ms: 120,
  cached: true,
};
const { queue_ms: _queue, run_ms: _run, ...begun } = ended;
const running: RecentRun = {
  ...begun,
  id: '3',
  user_id: '0',
  status: 'RUNNING',
  tests_done: 1,
  tests: 4,
  cached: false,
};

async function show(runs: RecentRun[]): Promise<void> {
  vi.stubGlobal('fetch', async () =>
    Response.json({ id: '17', nickname: 'ann', points: 0, rank: 1, created_at: 0 }),
  );
  const router = createRouter({
    routeTree: createRootRoute({
      component: () => <RecentRuns runs={runs} nameOf={(key) => (key === 'cpp' ? 'C++' : key)} />,
    }),
    history: createMemoryHistory(),
  });
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByRole('heading', { name: 'Recent runs' });
}

test('ADM-03 a run that ended shows its verdict, its times and who it was for', async () => {
  await show([ended]);
  const row = screen.getAllByRole('row')[1] as HTMLElement;
  expect(within(row).getByText('Wrong answer')).toBeTruthy();
  expect(within(row).getByText('C++')).toBeTruthy();
  expect(within(row).getByText('compiled before')).toBeTruthy();
  expect(within(row).getByText('3 / 3')).toBeTruthy();
  expect(within(row).getByText('1.5 s')).toBeTruthy();
  expect(within(row).queryByRole('progressbar')).toBeNull();
  expect(await within(row).findByText('ann')).toBeTruthy();
});

test('ADM-03 a run under way shows how far it is; a guest has no profile', async () => {
  await show([running]);
  const row = screen.getAllByRole('row')[1] as HTMLElement;
  expect(within(row).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
  expect(within(row).getByText('Running')).toBeTruthy();
  expect(within(row).getByText('Guest')).toBeTruthy();
  expect(within(row).queryByRole('link')).toBeNull();
});

test('ADM-03 a run without a verdict says why', async () => {
  await show([{ ...ended, status: 'IE', error: 'sandbox_unavailable' }]);
  expect(screen.getByText('Our fault')).toBeTruthy();
  expect(screen.getByText('sandbox_unavailable')).toBeTruthy();
});

test('ADM-03 where nothing has run yet the page says so', async () => {
  await show([]);
  expect(screen.getByText('Nothing has run yet')).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
});
