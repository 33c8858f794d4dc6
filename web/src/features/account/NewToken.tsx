import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, attempt } from '@/lib/http';
import { isAdministrator, useSession } from '@/lib/session';
import type { CreatedToken } from '@/lib/shapes';
import { useForm } from '@/lib/useForm';
import { FormProblem } from '@/ui/states';
import classes from './Account.module.css';

const DAY_MS = 86_400_000;
const SCOPES = ['profile', 'learn', 'run', 'talk', 'admin'] as const;
const LIVES = [
  ['0', 'never'],
  ['30', 'days30'],
  ['90', 'days90'],
  ['365', 'year'],
] as const;

interface NewTokenProps {
  onClose: () => void;
  onMade: (token: CreatedToken) => void;
}

export function NewToken({ onClose, onMade }: NewTokenProps): ReactNode {
  const { t } = useTranslation();
  const { me } = useSession();
  const scopes = SCOPES.filter((scope) => scope !== 'admin' || isAdministrator(me));
  const form = useForm({
    initial: { name: '', scopes: ['learn', 'run'] as string[], days: '90' },
    check: ({ name, scopes: chosen }) => ({
      ...(name.trim() === '' && { name: t('check.needed') }),
      ...(chosen.length === 0 && { scopes: t('tokens.needScope') }),
    }),
    send: ({ name, scopes: chosen, days }) =>
      attempt(
        api.POST('/api/v1/tokens', {
          body: {
            name: name.trim(),
            scopes: chosen,
            ...(days !== '0' && { expires_at: Date.now() + Number(days) * DAY_MS }),
          },
        }),
      ),
    done: onMade,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('tokens.new')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form className="col" onSubmit={form.submit} noValidate>
        <FormProblem message={form.message} traceId={form.problem?.traceId} />
        <TextInput
          data-autofocus
          label={t('tokens.name')}
          description={t('tokens.nameWhy')}
          maxLength={60}
          {...form.text('name')}
        />
        <Checkbox.Group
          label={t('tokens.scopes')}
          value={form.values.scopes}
          onChange={(chosen) => form.set('scopes', chosen)}
          error={form.text('scopes').error}
        >
          <div className={classes.scopes}>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                name="scopes"
                label={t(`tokens.scope.${scope}`)}
              />
            ))}
          </div>
        </Checkbox.Group>
        <NativeSelect
          label={t('tokens.expires')}
          value={form.values.days}
          onChange={(event) => form.set('days', event.currentTarget.value)}
          data={LIVES.map(([value, key]) => ({ value, label: t(`tokens.${key}`) }))}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={form.busy}>
            {t('tokens.create')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
