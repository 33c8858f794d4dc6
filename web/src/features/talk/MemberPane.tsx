import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar, Chip } from '@/ui/bits';
import { ErrorPanel, Lines } from '@/ui/states';
import { members } from './calls';
import type { Server } from './core/shapes';
import classes from './Talk.module.css';

export function MemberPane({
  server,
  onClose,
}: {
  server: Server;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const query = useInfiniteQuery(members(server.id));
  const list = query.data?.pages.flatMap((page) => page.members) ?? [];
  return (
    <aside className={classes.people} aria-label={t('talk.members')}>
      <div className="row">
        <h2 className={`${classes.category} grow`}>{t('talk.members')}</h2>
        <ActionIcon
          className={classes.closePeople ?? ''}
          aria-label={t('talk.hideMembers')}
          onClick={onClose}
        >
          <IconX size={16} />
        </ActionIcon>
      </div>
      {query.isPending && <Lines count={4} height={32} />}
      {query.error && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      <ul>
        {list.map(({ user }) => (
          <li key={user.id}>
            <Link to="/users/$userId" params={{ userId: user.id }} className={classes.person}>
              <Avatar name={user.nickname} picture={user.picture_url} size={28} />
              <span className="cut">{user.nickname}</span>
              {user.id === server.owner_id && <Chip>{t('talk.owner')}</Chip>}
            </Link>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          m={8}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </aside>
  );
}
