import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, attempt } from '@/lib/http';
import { currentLocale } from '@/lib/i18n';
import { signInUrl } from '@/lib/session';
import { useForm } from '@/lib/useForm';
import { Page } from '@/ui/Page';
import { FormProblem } from '@/ui/states';
import { CheckMail } from './CheckMail';
import { checkAddress, checkPassword } from './checks';
import classes from './signup.module.css';

export function SignUpPage(): ReactNode {
  const { t } = useTranslation();
  const [sent, setSent] = useState<string>();
  const form = useForm({
    initial: { name: '', email: '', password: '' },
    check: ({ email, password }) => ({ ...checkAddress(email, t), ...checkPassword(password, t) }),
    send: (values) =>
      attempt(
        api.POST('/api/v1/sign-up', {
          body: { ...values, email: values.email.trim(), locale: currentLocale() },
        }),
      ),
    done: (_, values) => setSent(values.email.trim()),
  });
  if (sent) return <CheckMail email={sent} />;
  return (
    <Page title={t('signUp.title')} width="form">
      <form className={`card ${classes.card}`} onSubmit={form.submit} noValidate>
        <h1>{t('signUp.title')}</h1>
        <FormProblem message={form.message} traceId={form.problem?.traceId} />
        <TextInput
          label={t('signUp.name')}
          description={t('signUp.nameWhy')}
          autoComplete="nickname"
          maxLength={60}
          {...form.text('name')}
        />
        <TextInput
          label={t('signUp.email')}
          type="email"
          autoComplete="email"
          required
          {...form.text('email')}
        />
        <PasswordInput
          label={t('signUp.password')}
          description={t('signUp.passwordRule')}
          autoComplete="new-password"
          required
          {...form.text('password')}
        />
        <Button type="submit" size="md" loading={form.busy}>
          {t('signUp.submit')}
        </Button>
        <p className="sm dim">
          {t('signUp.have')}{' '}
          <a className="link" href={signInUrl('/')}>
            {t('signIn.action')}
          </a>
        </p>
      </form>
    </Page>
  );
}
