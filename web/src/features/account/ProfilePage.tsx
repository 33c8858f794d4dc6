import { Button, NativeSelect, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { api, attempt } from '@/lib/http';
import { currentLocale } from '@/lib/i18n';
import { languages, me as meQuery, queryClient } from '@/lib/queries';
import { useSession } from '@/lib/session';
import type { Me, Preferences } from '@/lib/shapes';
import { useForm } from '@/lib/useForm';
import { usePreferences } from '@/lib/usePreferences';
import { Page } from '@/ui/Page';
import { FormProblem, SignInPanel } from '@/ui/states';
import classes from './Account.module.css';
import { PictureSection } from './PictureSection';

export function ProfilePage(): ReactNode {
  const { t } = useTranslation();
  const { me, pending } = useSession();
  return (
    <Page title={t('profile.title')} width="read">
      {pending && <Skeleton height={320} radius={12} />}
      {!pending && !me && <SignInPanel whole />}
      {me && <Profile me={me} />}
    </Page>
  );
}

function Profile({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.head}>
        <div className="grow">
          <h1>{t('profile.title')}</h1>
          <p className="dim">{t('profile.email', { email: me.email })}</p>
        </div>
        <Link to="/users/$userId" params={{ userId: me.id }} className="link sm">
          {t('profile.public')}
        </Link>
      </div>
      <PictureSection me={me} />
      <NamesSection me={me} />
      <PreferencesSection me={me} />
    </>
  );
}

function NamesSection({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const [saved, setSaved] = useState(false);
  const form = useForm({
    initial: { nickname: me.nickname, first_name: me.first_name, last_name: me.last_name },
    check: ({ nickname }) => (nickname.trim() === '' ? { nickname: t('check.needed') } : {}),
    send: (values) =>
      attempt(api.PATCH('/api/v1/me', { body: { ...values, nickname: values.nickname.trim() } })),
    done: (changed) => {
      queryClient.setQueryData(meQuery.queryKey, changed);
      setSaved(true);
    },
  });
  const field = (name: 'nickname' | 'first_name' | 'last_name') => {
    const { onChange, ...rest } = form.text(name);
    return {
      ...rest,
      onChange: (event: { currentTarget: { value: string } }) => {
        setSaved(false);
        onChange(event);
      },
    };
  };
  return (
    <form
      className={`card ${classes.section}`}
      onSubmit={form.submit}
      noValidate
      aria-labelledby="names"
    >
      <h2 id="names">{t('profile.names')}</h2>
      <FormProblem message={form.message} traceId={form.problem?.traceId} />
      <TextInput
        label={t('profile.nickname')}
        description={t('profile.nicknameWhy')}
        autoComplete="nickname"
        maxLength={40}
        {...field('nickname')}
      />
      <div className={classes.two}>
        <TextInput
          label={t('profile.first')}
          autoComplete="given-name"
          maxLength={60}
          {...field('first_name')}
        />
        <TextInput
          label={t('profile.last')}
          autoComplete="family-name"
          maxLength={60}
          {...field('last_name')}
        />
      </div>
      <p className="xs faint">{t('profile.namesWhy')}</p>
      <div className="row">
        <Button type="submit" loading={form.busy}>
          {t('save')}
        </Button>
        <span role="status" className="sm ok">
          {saved ? t('saved') : ''}
        </span>
      </div>
    </form>
  );
}

function PreferencesSection({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const { save, saved, problem } = usePreferences(me);
  const known = useQuery(languages).data?.languages ?? [];
  const { theme, default_language: favourite } = me.preferences;
  return (
    <section className={`card ${classes.section}`} aria-labelledby="preferences">
      <h2 id="preferences">{t('profile.preferences')}</h2>
      <FormProblem message={problem} />
      <div>
        <div className="sm b" id="theme-label">
          {t('profile.theme')}
        </div>
        <SegmentedControl
          aria-labelledby="theme-label"
          mt={4}
          value={theme}
          onChange={(value) => save({ theme: value as Preferences['theme'] })}
          data={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: t(`theme.${value}`),
          }))}
        />
      </div>
      <div className={classes.two}>
        <NativeSelect
          label={t('profile.language')}
          value={currentLocale()}
          onChange={(event) => save({ locale: event.currentTarget.value as Preferences['locale'] })}
          data={[
            { value: 'en', label: 'English' },
            { value: 'fr', label: 'Français' },
          ]}
        />
        <NativeSelect
          label={t('profile.editorLanguage')}
          value={favourite ?? ''}
          onChange={(event) => save({ default_language: event.currentTarget.value })}
          data={[
            { value: '', label: t('profile.anyLanguage') },
            ...known.map(({ key }) => ({ value: key, label: languageName(key, known) })),
          ]}
        />
      </div>
      <span role="status" className="sm ok">
        {saved ? t('saved') : ''}
      </span>
    </section>
  );
}
