import { useNavigate } from '@tanstack/react-router';
import { listChannels } from './calls';
import type { Server } from './core/shapes';
import { store } from './store';

/** After creating or joining: the server is in the rail and open, whether or not the live event was faster. */
export function useEnter(): (server: Server) => Promise<void> {
  const navigate = useNavigate();
  return async (server) => {
    const result = await listChannels(server.id);
    const channels = result.ok ? result.value.channels : [];
    store.dispatch({ type: 'event', event: { t: 'SERVER_CREATE', d: { server, channels } } });
    await navigate({ to: '/talk/$serverId', params: { serverId: server.id } });
  };
}
