import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { api, attempt } from '@/lib/http';
import { signInUrl } from '@/lib/session';
import { useForm } from '@/lib/useForm';
import { Drawing } from '@/ui/Drawing';
import { Page } from '@/ui/Page';
import { FormProblem } from '@/ui/states';
import { checkAddress } from './checks';
import classes from './signup.module.css';

export function ForgotPage(): ReactNode {
  const { t } = useTranslation();
  const [sentTo, setSentTo] = useState<string>();
  const form = useForm({
    initial: { email: '' },
    check: ({ email }) => checkAddress(email, t),
    send: ({ email }) =>
      attempt(api.POST('/api/v1/password/forgot', { body: { email: email.trim() } })),
    done: (_, { email }) => setSentTo(email.trim()),
  });
  return (
    <Page title={t('forgot.title')} width="form">
      {sentTo ? (
        <div className={`card ${classes.card}`}>
          <Drawing name="letter" />
          <h1>{t('checkMail.title')}</h1>
          <p className="dim">
            <Trans i18nKey="forgot.sent" values={{ email: sentTo }} components={{ b: <b /> }} />
          </p>
          <Button component={Link} to="/" variant="default">
            {t('error.home')}
          </Button>
        </div>
      ) : (
        <form className={`card ${classes.card}`} onSubmit={form.submit} noValidate>
          <h1>{t('forgot.title')}</h1>
          <p className="dim">{t('forgot.text')}</p>
          <FormProblem message={form.message} traceId={form.problem?.traceId} />
          <TextInput
            label={t('signUp.email')}
            type="email"
            autoComplete="email"
            required
            {...form.text('email')}
          />
          <Button type="submit" size="md" loading={form.busy}>
            {t('forgot.submit')}
          </Button>
          <a className="link sm" href={signInUrl('/')}>
            {t('signIn.back')}
          </a>
        </form>
      )}
    </Page>
  );
}
