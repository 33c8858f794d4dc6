// Puts the parts together: gateway → store → shell, and what must follow when the connection comes back.
import { me as meQuery, queryClient } from '@/lib/queries';
import { publishTalk, type TalkPlace } from '@/lib/talk';
import { Gateway, type Socket, type Status } from './core/gateway';
import { anyUnread, channelsOf } from './core/places';
import type { GatewayEvent } from './core/shapes';
import type { TalkState } from './core/state';
import { Loader } from './loading';
import { Sender } from './sending';
import { store } from './store';

export const loader: Loader = new Loader(store);
export const sender: Sender = new Sender(store);

let openChannel: string | undefined;

/** The channel on the page: after a break it is the one that is compared with the server. */
export function setOpenChannel(channelId: string | undefined): void {
  openChannel = channelId;
}

const url = (): string => `${location.origin.replace(/^http/, 'ws')}/api/v1/gateway`;

const gateway = new Gateway({
  connect: () => new WebSocket(url()) as Socket,
  onEvent,
  onStatus,
});

/** May be called as often as one likes. Signing in as somebody else loads the page anew. */
export function goLive(userId: string): void {
  if (store.state.userId === userId) return;
  store.dispatch({ type: 'start', userId, outbox: Sender.left(userId) });
  store.subscribe(publish);
  window.addEventListener('online', () => {
    gateway.nudge();
    sender.flush(true);
  });
  window.addEventListener('offline', () => gateway.lostNetwork());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) gateway.nudge();
  });
  gateway.start();
}

function onEvent(event: GatewayEvent): void {
  store.dispatch({ type: 'event', event });
  // A new session: what happened since the last one is not replayed.
  if (event.t === 'READY') void loader.refresh(openChannel);
  if (event.t === 'SERVER_MEMBER_ADD' || event.t === 'SERVER_MEMBER_REMOVE')
    void queryClient.invalidateQueries({ queryKey: ['talk', 'members', event.d.server_id] });
}

function onStatus(status: Status): void {
  store.dispatch({ type: 'status', status });
  if (status === 'ready') sender.flush(true);
  // A browser does not say why a socket was refused; this does.
  if (status === 'offline' && navigator.onLine) void stopWhenSignedOut();
}

async function stopWhenSignedOut(): Promise<void> {
  const who = await queryClient.fetchQuery({ ...meQuery, staleTime: 5000 }).catch(() => undefined);
  if (who !== null) return;
  gateway.stop();
  store.dispatch({ type: 'status', status: 'signed-out' });
}

let published: Pick<TalkState, 'servers' | 'channels' | 'reads'> | undefined;

function publish(): void {
  const { servers, channels, reads } = store.state;
  if (
    published?.servers === servers &&
    published.channels === channels &&
    published.reads === reads
  )
    return;
  published = { servers, channels, reads };
  publishTalk({ unread: anyUnread(store.state), places: places(store.state) });
}

const places = (state: TalkState): TalkPlace[] =>
  state.servers.flatMap((server): TalkPlace[] => [
    { serverId: server.id, label: server.name, server: server.name },
    ...channelsOf(state, server.id)
      .filter((each) => each.type === 'text')
      .map((each) => ({
        serverId: server.id,
        channelId: each.id,
        label: `#${each.name}`,
        server: server.name,
      })),
  ]);
