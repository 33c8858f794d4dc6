import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft, IconHash, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/lib/shortcuts';
import { keep, recall } from '@/lib/storage';
import { Composer } from './Composer';
import { ConnectionBar } from './ConnectionBar';
import { type Channel, type Message, may, SEND_MESSAGES, type Server } from './core/shapes';
import { DeleteMessage } from './DeleteMessage';
import { loader, setOpenChannel } from './live';
import { MemberPane } from './MemberPane';
import { MessageList } from './MessageList';
import { store } from './store';
import classes from './Talk.module.css';

interface FeedProps {
  server: Server;
  channel: Channel;
  userId: string;
}

/** An open channel: its messages, the field to write in, and the members beside them. */
export function Feed({ server, channel, userId }: FeedProps): ReactNode {
  const [membersShown, showMembers] = useMembersShown();
  const composer = useRef<HTMLTextAreaElement>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Message | null>(null);
  const write = (): void => composer.current?.focus();
  useOpenChannel(channel.id);
  useTypeAnywhere(write);
  useTalkKeys();
  const editLast = (): void => {
    const messages = store.state.histories.get(channel.id)?.messages ?? [];
    const last = messages.findLast((each) => each.author.id === userId);
    if (last) setEditing(last.id);
  };
  return (
    <>
      <section className={classes.feed} aria-labelledby="channel-name">
        <Head
          channel={channel}
          membersShown={membersShown}
          onMembers={() => showMembers(!membersShown)}
        />
        <ConnectionBar />
        <MessageList
          channel={channel}
          userId={userId}
          editing={editing}
          onEdit={(id) => {
            setEditing(id);
            if (id === null) write();
          }}
          onDelete={setDeleting}
          onWrite={write}
        />
        {may(channel.permissions, SEND_MESSAGES) ? (
          <Composer ref={composer} channel={channel} userId={userId} onEditLast={editLast} />
        ) : (
          <Forbidden />
        )}
      </section>
      {membersShown && <MemberPane server={server} onClose={() => showMembers(false)} />}
      {deleting && (
        <DeleteMessage
          message={deleting}
          onClose={() => {
            setDeleting(null);
            setTimeout(write);
          }}
        />
      )}
    </>
  );
}

interface HeadProps {
  channel: Channel;
  membersShown: boolean;
  onMembers: () => void;
}

function Head({ channel, membersShown, onMembers }: HeadProps): ReactNode {
  const { t } = useTranslation();
  return (
    <header className={classes.head}>
      <Link
        to="/talk/$serverId"
        params={{ serverId: channel.server_id }}
        className={classes.back}
        aria-label={t('talk.back')}
      >
        <IconArrowLeft size={18} />
      </Link>
      <IconHash size={18} stroke={1.75} className="dim" />
      <h1 className={`${classes.title} cut`} id="channel-name">
        {channel.name}
      </h1>
      <span className="dim sm cut grow hide-s" title={channel.topic}>
        {channel.topic}
      </span>
      <span className={`grow ${classes.onlyPhone}`} />
      <ActionIcon
        aria-label={membersShown ? t('talk.hideMembers') : t('talk.showMembers')}
        title={membersShown ? t('talk.hideMembers') : t('talk.showMembers')}
        aria-pressed={membersShown}
        onClick={onMembers}
      >
        <IconUsers size={18} stroke={1.75} />
      </ActionIcon>
    </header>
  );
}

function Forbidden(): ReactNode {
  const { t } = useTranslation();
  return <p className={classes.forbidden}>{t('talk.forbidden')}</p>;
}

/** Beside the messages where there is room; elsewhere only when asked for. */
function useMembersShown(): [boolean, (shown: boolean) => void] {
  const roomy = useMediaQuery('(min-width: 1101px)', undefined, { getInitialValueInEffect: false });
  const [chosen, choose] = useState<{ roomy: boolean; shown: boolean } | undefined>();
  const shown = chosen?.roomy === roomy ? chosen.shown : roomy && recall('talk.members') !== false;
  return [
    shown,
    (next) => {
      choose({ roomy, shown: next });
      if (roomy) keep('talk.members', next);
    },
  ];
}

function useOpenChannel(channelId: string): void {
  useEffect(() => {
    setOpenChannel(channelId);
    void loader.open(channelId);
    return () => {
      setOpenChannel(undefined);
      store.dispatch({ type: 'trim', channelId });
    };
  }, [channelId]);
}

/** What one types with the focus nowhere goes into the message. */
function useTypeAnywhere(write: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const nowhere = event.target === document.body || (event.target as Element)?.id === 'main';
      const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (nowhere && letter && event.key !== '?' && event.key !== ' ') write();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

/** Handled where the focus is; named here for the list of shortcuts. */
function useTalkKeys(): void {
  const { t } = useTranslation();
  const handled = (keys: string, label: string) => ({ keys, label, run: () => {} });
  useShortcuts('talk', [
    handled('↑', t('talk.keyEdit')),
    handled('Shift+Tab ↑ ↓', t('talk.keyList')),
    handled('Esc', t('talk.keyBack')),
  ]);
}
