import { Button, PasswordInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, attempt } from '@/lib/http';
import { signInUrl } from '@/lib/session';
import { useForm } from '@/lib/useForm';
import { Page } from '@/ui/Page';
import { FormProblem } from '@/ui/states';
import { checkPassword } from './checks';
import classes from './signup.module.css';

export function ResetPage(): ReactNode {
  const { t } = useTranslation();
  const { token = '' } = useSearch({ from: '/reset' });
  const [done, setDone] = useState(false);
  const form = useForm({
    initial: { password: '' },
    check: ({ password }) => checkPassword(password, t),
    send: ({ password }) =>
      attempt(api.POST('/api/v1/password/reset', { body: { token, password } })),
    done: () => setDone(true),
  });
  return (
    <Page title={t('reset.title')} width="form">
      {done ? (
        <div className={`card ${classes.card}`}>
          <IconCircleCheck size={40} className="ok" stroke={1.5} />
          <h1>{t('reset.done')}</h1>
          <p className="dim">{t('reset.doneText')}</p>
          <Button component="a" href={signInUrl('/')} size="md">
            {t('signIn.action')}
          </Button>
        </div>
      ) : (
        <form className={`card ${classes.card}`} onSubmit={form.submit} noValidate>
          <h1>{t('reset.title')}</h1>
          <FormProblem message={form.message} traceId={form.problem?.traceId} />
          <PasswordInput
            label={t('reset.password')}
            description={t('signUp.passwordRule')}
            autoComplete="new-password"
            required
            {...form.text('password')}
          />
          <Button type="submit" size="md" loading={form.busy}>
            {t('reset.submit')}
          </Button>
          <Link className="link sm" to="/forgot">
            {t('reset.again')}
          </Link>
        </form>
      )}
    </Page>
  );
}
