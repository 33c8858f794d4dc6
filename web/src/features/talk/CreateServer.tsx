import { Button, Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useForm } from '@/lib/useForm';
import { FormProblem } from '@/ui/states';
import { createServer } from './calls';
import { useEnter } from './useEnter';
import { useKey } from './useKey';

export function CreateServer({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const enter = useEnter();
  const key = useKey();
  const form = useForm({
    initial: { name: '', description: '', public: false },
    check: ({ name }) => (name.trim() === '' ? { name: t('check.needed') } : {}),
    send: (values) => {
      const body = { ...values, name: values.name.trim(), description: values.description.trim() };
      return createServer(body, key(body));
    },
    done: (server) => {
      onClose();
      void enter(server);
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('talk.create')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form className="col" onSubmit={form.submit} noValidate>
        <FormProblem message={form.message} traceId={form.problem?.traceId} />
        <TextInput data-autofocus label={t('talk.name')} maxLength={100} {...form.text('name')} />
        <Textarea
          label={t('talk.description')}
          description={t('talk.descriptionWhy')}
          rows={3}
          maxLength={300}
          {...form.text('description')}
        />
        <Checkbox
          label={t('talk.public')}
          checked={form.values.public}
          onChange={(event) => form.set('public', event.currentTarget.checked)}
        />
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
