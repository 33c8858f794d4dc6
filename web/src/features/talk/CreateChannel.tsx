import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useForm } from '@/lib/useForm';
import { FormProblem } from '@/ui/states';
import { createChannel } from './calls';
import type { Channel, Server } from './core/shapes';
import { store } from './store';
import { useKey } from './useKey';

interface CreateChannelProps {
  server: Server;
  channels: Channel[];
  type: 'text' | 'category';
  onClose: () => void;
}

export function CreateChannel({ server, channels, type, onClose }: CreateChannelProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const key = useKey();
  const categories = channels.filter((each) => each.type === 'category');
  const form = useForm({
    initial: { name: '', topic: '', parent_id: '' },
    check: ({ name }) => (name.trim() === '' ? { name: t('check.needed') } : {}),
    send: ({ name, topic, parent_id }) => {
      const body = {
        name: name.trim(),
        type,
        topic: topic.trim(),
        ...(parent_id && { parent_id }),
      };
      return createChannel(server.id, body, key(body));
    },
    done: (channel) => {
      store.dispatch({ type: 'event', event: { t: 'CHANNEL_CREATE', d: channel } });
      onClose();
      if (type === 'category') return;
      const params = { serverId: server.id, channelId: channel.id };
      void navigate({ to: '/talk/$serverId/$channelId', params });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={type === 'text' ? t('talk.newChannel') : t('talk.newCategory')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form className="col" onSubmit={form.submit} noValidate>
        <FormProblem message={form.message} traceId={form.problem?.traceId} />
        <TextInput
          data-autofocus
          label={t('talk.channelName')}
          maxLength={100}
          {...form.text('name')}
        />
        {type === 'text' && (
          <TextInput
            label={t('talk.topic')}
            description={t('talk.topicWhy')}
            maxLength={1024}
            {...form.text('topic')}
          />
        )}
        {type === 'text' && categories.length > 0 && (
          <NativeSelect
            label={t('talk.category')}
            value={form.values.parent_id}
            onChange={(event) => form.set('parent_id', event.currentTarget.value)}
            data={[
              { value: '', label: t('talk.noCategory') },
              ...categories.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={form.busy}>
            {t('talk.make')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
