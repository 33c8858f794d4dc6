import { IconHash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { groups } from './core/places';
import type { Channel, Server } from './core/shapes';
import { unread } from './core/unread';
import { ServerMenu } from './ServerMenu';
import { useTalk } from './store';
import classes from './Talk.module.css';

interface ChannelListProps {
  server: Server | undefined;
  channels: Channel[];
  here: string | undefined;
}

export function ChannelList({ server, channels, here }: ChannelListProps): ReactNode {
  const { t } = useTranslation();
  // Of the panes one says what the page is: the open channel, else the server.
  const Name = here ? 'div' : 'h1';
  return (
    <nav className={classes.channels} aria-label={t('talk.channels')}>
      <header className={classes.head}>
        <Name className={`${classes.title} grow cut`}>{server?.name ?? t('talk.title')}</Name>
        {server && <ServerMenu server={server} channels={channels} />}
      </header>
      <div className={classes.list}>
        {groups(channels).map(({ category, channels: below }) => (
          <div key={category?.id ?? 'none'}>
            {category && (
              <h2 className={`${classes.category} cut`} id={`category-${category.id}`}>
                {category.name}
              </h2>
            )}
            <ul {...(category && { 'aria-labelledby': `category-${category.id}` })}>
              {below.map((channel) => (
                <li key={channel.id}>
                  <ChannelLink channel={channel} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}

function ChannelLink({ channel }: { channel: Channel }): ReactNode {
  const { t } = useTranslation();
  const isUnread = useTalk((state) => unread(state.reads.get(channel.id)));
  const { id, name, server_id } = channel;
  return (
    <Link
      to="/talk/$serverId/$channelId"
      params={{ serverId: server_id, channelId: id }}
      className={classes.channel}
      data-unread={isUnread || undefined}
      aria-label={isUnread ? t('talk.channelUnread', { name }) : name}
    >
      <IconHash size={16} stroke={1.75} />
      <span className="grow cut">{name}</span>
      {isUnread && <i className={classes.pip} />}
    </Link>
  );
}
