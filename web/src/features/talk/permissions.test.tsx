// @vitest-environment happy-dom
// What one may do is gained and lost while one looks: the field to write in and the menu follow.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startI18n } from '@/lib/i18n';
import { queryClient } from '@/lib/queries';
import type { GatewayEvent } from './core/shapes';
import { ann, channel, server } from './core/testing';
import { Feed } from './Feed';
import { ServerMenu } from './ServerMenu';
import { store, useTalk } from './store';

vi.mock('@tanstack/react-router', () => ({
  Link: ({ children }: { children: ReactNode }) => children,
  useNavigate: () => () => {},
}));

function Open(): ReactNode {
  const place = useTalk((state) => state.servers[0]);
  const open = useTalk((state) => state.channels.get('c'));
  if (!place || !open) return null;
  return (
    <>
      <ServerMenu server={place} channels={[open]} />
      <Feed server={place} channel={open} userId={ann.id} />
    </>
  );
}

const hear = (event: GatewayEvent) => act(() => store.dispatch({ type: 'event', event }));
const field = () => screen.queryByRole('textbox');

beforeAll(() => startI18n());
beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response('{"messages":[],"members":[]}'));
  store.dispatch({ type: 'start', userId: ann.id, outbox: [] });
  const d = { server: server('s'), channels: [channel('c')] };
  store.dispatch({ type: 'event', event: { t: 'SERVER_CREATE', d } });
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <Open />
      </QueryClientProvider>
    </MantineProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('the field to write in goes with the permission to send, and comes back with its draft', () => {
  fireEvent.change(field() as Element, { target: { value: 'half a sent' } });
  hear({ t: 'CHANNEL_UPDATE', d: channel('c', { permissions: 1024 + 65536 }) });
  expect(field()).toBeNull();
  expect(screen.getByText(i18next.t('talk.forbidden'))).toBeTruthy();
  hear({ t: 'CHANNEL_UPDATE', d: channel('c') });
  expect((field() as HTMLTextAreaElement).value).toBe('half a sent');
});

test('the menu offers new channels to whoever may make them now', async () => {
  const offered = () => screen.queryByText(i18next.t('talk.newChannel')) !== null;
  fireEvent.click(
    screen.getByRole('button', { name: i18next.t('talk.menu', { name: 'Server s' }) }),
  );
  await screen.findByText(i18next.t('talk.leave'));
  expect(offered()).toBe(false);
  hear({ t: 'SERVER_UPDATE', d: server('s', { permissions: 1024 + 16 }) });
  expect(offered()).toBe(true);
  hear({ t: 'SERVER_UPDATE', d: server('s') });
  expect(offered()).toBe(false);
});
