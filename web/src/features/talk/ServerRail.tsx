import { IconCompass, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { initials } from '@/lib/format';
import { CreateServer } from './CreateServer';
import { serverUnread } from './core/places';
import type { Server } from './core/shapes';
import { useTalk } from './store';
import classes from './Talk.module.css';

/** The servers at the left, then the ways to more of them. */
export function ServerRail({ here }: { here: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const servers = useTalk((state) => state.servers);
  const [creating, setCreating] = useState(false);
  return (
    <nav className={classes.servers} aria-label={t('talk.servers')}>
      {servers.map((server) => (
        <ServerIcon key={server.id} server={server} here={server.id === here} />
      ))}
      <Link
        to="/talk/discover"
        className={classes.server}
        aria-label={t('talk.discover')}
        title={t('talk.discover')}
        data-kind="way"
      >
        <IconCompass size={20} stroke={1.75} />
      </Link>
      <button
        type="button"
        className={classes.server}
        aria-label={t('talk.create')}
        title={t('talk.create')}
        data-kind="way"
        onClick={() => setCreating(true)}
      >
        <IconPlus size={20} stroke={1.75} />
      </button>
      {creating && <CreateServer onClose={() => setCreating(false)} />}
    </nav>
  );
}

function ServerIcon({ server, here }: { server: Server; here: boolean }): ReactNode {
  const { t } = useTranslation();
  const unread = useTalk((state) => serverUnread(state, server.id));
  const { name } = server;
  return (
    <Link
      to="/talk/$serverId"
      params={{ serverId: server.id }}
      className={classes.server}
      title={name}
      aria-label={unread ? t('talk.serverUnread', { name }) : name}
      data-here={here || undefined}
      data-unread={unread || undefined}
    >
      <span aria-hidden="true" data-initials={initials(name)} />
    </Link>
  );
}
