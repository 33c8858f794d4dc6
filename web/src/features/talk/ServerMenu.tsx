import { ActionIcon, Menu } from '@mantine/core';
import { IconChevronDown, IconDoorExit, IconFolderPlus, IconHash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import { Confirm } from '@/ui/Confirm';
import { FormProblem } from '@/ui/states';
import { CreateChannel } from './CreateChannel';
import { leaveServer } from './calls';
import { type Channel, MANAGE_CHANNELS, may, type Server } from './core/shapes';
import { store, useTalk } from './store';

interface ServerMenuProps {
  server: Server;
  channels: Channel[];
}

export function ServerMenu({ server, channels }: ServerMenuProps): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'text' | 'category' | 'leave' | null>(null);
  const owner = useTalk((state) => state.userId === server.owner_id);
  const close = (): void => setOpen(null);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('talk.menu', { name: server.name })}>
            <IconChevronDown size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may(server.permissions, MANAGE_CHANNELS) && (
            <>
              <Menu.Item leftSection={<IconHash size={16} />} onClick={() => setOpen('text')}>
                {t('talk.newChannel')}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconFolderPlus size={16} />}
                onClick={() => setOpen('category')}
              >
                {t('talk.newCategory')}
              </Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            leftSection={<IconDoorExit size={16} />}
            disabled={owner}
            onClick={() => setOpen('leave')}
          >
            {owner ? t('talk.leaveOwner') : t('talk.leave')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {(open === 'text' || open === 'category') && (
        <CreateChannel server={server} channels={channels} type={open} onClose={close} />
      )}
      {open === 'leave' && <Leave server={server} onClose={close} />}
    </>
  );
}

function Leave({ server, onClose }: { server: Server; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const leave = async (): Promise<void> => {
    setBusy(true);
    const result = await leaveServer(server.id);
    setBusy(false);
    if (!result.ok) return setProblem(say(result.problem));
    onClose();
    await navigate({ to: '/talk/discover' });
    store.dispatch({ type: 'event', event: { t: 'SERVER_DELETE', d: { id: server.id } } });
  };
  return (
    <Confirm
      title={t('talk.leaveTitle', { name: server.name })}
      text={server.public ? t('talk.leaveText') : t('talk.leavePrivate')}
      action={t('talk.leave')}
      danger
      busy={busy}
      onConfirm={() => void leave()}
      onClose={onClose}
    >
      <FormProblem message={problem} />
    </Confirm>
  );
}
