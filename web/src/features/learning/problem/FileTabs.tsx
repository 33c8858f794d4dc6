import { ActionIcon, Button, Menu, Modal, TextInput } from '@mantine/core';
import {
  IconDots,
  IconLock,
  IconPencil,
  IconPlus,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '@/ui/Confirm';
import { Tabs } from '@/ui/Tabs';
import { add, isFixed, nameProblem, remove, rename, starterFiles } from '../files';
import type { Problem } from './useProblem';

type Asking = 'add' | 'rename' | 'remove' | 'reset' | undefined;

/** One tab a file; the author's read-only ones have a lock. */
export function FileTabs({ problem }: { problem: Problem }): ReactNode {
  const { t } = useTranslation();
  const { files, path, open, starter } = problem;
  const [asking, setAsking] = useState<Asking>();
  const fixed = isFixed(starter, path);
  const items = files.map((file) => ({
    key: file.path,
    mono: true,
    label: (
      <>
        {file.path}
        {isFixed(starter, file.path) && <IconLock size={13} className="faint" aria-hidden />}
      </>
    ),
  }));
  return (
    <>
      <Tabs id="file" label={t('problem.files')} here={path} onChange={open} items={items} />
      <ActionIcon
        aria-label={t('editor.add')}
        title={t('editor.add')}
        size={28}
        onClick={() => setAsking('add')}
      >
        <IconPlus size={16} />
      </ActionIcon>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('editor.menu')} title={t('editor.menu')} size={28}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            disabled={fixed}
            leftSection={<IconPencil size={15} />}
            onClick={() => setAsking('rename')}
          >
            {t('editor.rename', { path })}
          </Menu.Item>
          <Menu.Item
            disabled={fixed || files.length < 2}
            leftSection={<IconTrash size={15} />}
            onClick={() => setAsking('remove')}
          >
            {t('editor.remove', { path })}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconRestore size={15} />} onClick={() => setAsking('reset')}>
            {t('editor.reset')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialogs problem={problem} asking={asking} onClose={() => setAsking(undefined)} />
    </>
  );
}

interface DialogsProps {
  problem: Problem;
  asking: Asking;
  onClose: () => void;
}

function Dialogs({ problem, asking, onClose }: DialogsProps): ReactNode {
  const { t } = useTranslation();
  const { files, path, setFiles, starter } = problem;
  const act = (change: () => void) => (): void => {
    change();
    onClose();
  };
  switch (asking) {
    case 'add':
      return (
        <NameDialog
          title={t('editor.add')}
          start=""
          problem={problem}
          onClose={onClose}
          onName={(name) => setFiles(add(files, name), name)}
        />
      );
    case 'rename':
      return (
        <NameDialog
          title={t('editor.rename', { path })}
          start={path}
          problem={problem}
          onClose={onClose}
          onName={(name) => setFiles(rename(files, path, name), name)}
        />
      );
    case 'remove':
      return (
        <Confirm
          title={t('editor.removeTitle', { path })}
          text={t('editor.removeText')}
          action={t('editor.remove', { path })}
          danger
          onConfirm={act(() => setFiles(remove(files, path)))}
          onClose={onClose}
        />
      );
    case 'reset':
      return (
        <Confirm
          title={t('editor.resetTitle')}
          text={t('editor.resetText')}
          action={t('editor.reset')}
          danger
          onConfirm={act(() => setFiles(starterFiles(starter), starter.entry))}
          onClose={onClose}
        />
      );
    default:
      return null;
  }
}

interface NameDialogProps {
  title: string;
  start: string;
  problem: Problem;
  onName: (name: string) => void;
  onClose: () => void;
}

function NameDialog({ title, start, problem, onName, onClose }: NameDialogProps): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState(start);
  const [tried, setTried] = useState(false);
  const wrong = name === start && start !== '' ? undefined : nameProblem(name, problem.files);
  const words = wrong === 'taken' ? t('editor.nameTaken') : wrong ? t('editor.nameBad') : undefined;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        className="col"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (wrong) return;
          if (name !== start) onName(name);
          onClose();
        }}
      >
        <TextInput
          data-autofocus
          label={t('editor.name')}
          classNames={{ input: 'mono' }}
          value={name}
          error={tried ? words : undefined}
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit">{t('save')}</Button>
        </div>
      </form>
    </Modal>
  );
}
