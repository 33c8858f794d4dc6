import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/session';
import { Page } from '@/ui/Page';
import { Empty, Lines, SignInPanel } from '@/ui/states';
import { ChannelList } from './ChannelList';
import { ConnectionBar } from './ConnectionBar';
import { channelsOf, firstChannel } from './core/places';
import type { Channel, Server } from './core/shapes';
import { keepPlace, lastPlaces } from './drafts';
import { Feed } from './Feed';
import { goLive } from './live';
import { NoServers } from './NoServers';
import { ServerRail } from './ServerRail';
import { useTalk } from './store';
import classes from './Talk.module.css';

/** /talk, /talk/:server, /talk/:server/:channel. On a phone one pane at a time. */
export function TalkPage(): ReactNode {
  const { t } = useTranslation();
  const { me, pending } = useSession();
  const known = useTalk((state) => state.known);
  useEffect(() => {
    if (me) goLive(me.id);
  }, [me]);
  if (!pending && !me)
    return (
      <Page title={t('talk.title')} width="form">
        <SignInPanel whole />
      </Page>
    );
  if (!me || !known) return <Waiting />;
  return <Places userId={me.id} />;
}

function Waiting(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('talk.title')} width="fill">
      <div className={classes.talk} data-pane="waiting">
        <div className={classes.servers} />
        <div className={classes.channels}>
          <header className={classes.head}>
            <h1 className={classes.title}>{t('talk.title')}</h1>
          </header>
          <ConnectionBar />
          <div className={classes.list}>
            <Lines count={5} height={26} />
          </div>
        </div>
        <div className={classes.feed} />
      </div>
    </Page>
  );
}

function Places({ userId }: { userId: string }): ReactNode {
  const { t } = useTranslation();
  const { serverId, channelId } = useParams({ strict: false });
  const servers = useTalk((state) => state.servers);
  const all = useTalk((state) => state.channels);
  const server = servers.find((each) => each.id === serverId);
  const channels = useMemo(
    () => (serverId ? channelsOf({ channels: all }, serverId) : []),
    [all, serverId],
  );
  const channel = channels.find((each) => each.id === channelId && each.type === 'text');
  useWayOn({ userId, server, channels, channel, channelId });
  if (servers.length === 0 && !serverId)
    return (
      <Page title={t('talk.title')} width="fill">
        <div className={classes.talk} data-pane="page">
          <ServerRail here={undefined} />
          <NoServers />
        </div>
      </Page>
    );
  const title = channel ? `#${channel.name}` : (server?.name ?? t('talk.title'));
  const crumbs = channel && server ? [{ label: server.name, to: `/talk/${server.id}` }] : [];
  return (
    <Page title={title} crumbs={crumbs} width="fill">
      <div className={classes.talk} data-pane={channelId ? 'feed' : 'list'}>
        <ServerRail here={serverId} />
        <ChannelList server={server} channels={channels} here={channel?.id} />
        {channel && server ? (
          <Feed key={channel.id} server={server} channel={channel} userId={userId} />
        ) : (
          <NoFeed server={server} missing={channelId !== undefined} channels={channels} />
        )}
      </div>
    </Page>
  );
}

interface WayOn {
  userId: string;
  server: Server | undefined;
  channels: Channel[];
  channel: Channel | undefined;
  channelId: string | undefined;
}

/** An address without a channel leads to where one was last; on a phone the list of channels is a place. */
function useWayOn({ userId, server, channels, channel, channelId }: WayOn): void {
  const navigate = useNavigate();
  const { serverId } = useParams({ strict: false });
  const phone = useMediaQuery('(max-width: 720px)', undefined, { getInitialValueInEffect: false });
  const servers = useTalk((state) => state.servers);
  const last = lastPlaces(userId);
  const toServer =
    serverId === undefined ? (servers.find((each) => each.id === last.server) ?? servers[0]) : null;
  const texts = channels.filter((each) => each.type === 'text');
  const remembered = server && texts.find((each) => each.id === last.channels[server.id]);
  const toChannel = channelId || phone ? undefined : (remembered ?? firstChannel(channels));
  const nextServer = toServer?.id;
  const nextChannel = toChannel?.id;
  useEffect(() => {
    if (nextServer)
      void navigate({ to: '/talk/$serverId', params: { serverId: nextServer }, replace: true });
    else if (serverId && nextChannel)
      void navigate({
        to: '/talk/$serverId/$channelId',
        params: { serverId, channelId: nextChannel },
        replace: true,
      });
  }, [navigate, nextServer, nextChannel, serverId]);
  useEffect(() => {
    if (server && channel) keepPlace(userId, server.id, channel.id);
  }, [userId, server, channel]);
}

interface NoFeedProps {
  server: Server | undefined;
  channels: Channel[];
  missing: boolean;
}

function NoFeed({ server, channels, missing }: NoFeedProps): ReactNode {
  const { t } = useTranslation();
  if (server && !missing && firstChannel(channels)) return <div className={classes.feed} />;
  return (
    <section className={classes.feed}>
      {server && !missing ? (
        <Empty drawing="shelf" title={t('talk.noChannels')}>
          {t('talk.noChannelsWhy')}
        </Empty>
      ) : (
        <Empty drawing="nothing" title={t('talk.missing')}>
          {t('talk.missingWhy')}
        </Empty>
      )}
    </section>
  );
}
