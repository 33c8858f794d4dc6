import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, attempt } from '@/lib/http';
import { useProblemWords } from '@/lib/problemWords';
import { queryClient } from '@/lib/queries';
import { useForm } from '@/lib/useForm';
import { Avatar } from '@/ui/bits';
import { Confirm } from '@/ui/Confirm';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, FormProblem, Lines } from '@/ui/states';
import table from '@/ui/Table.module.css';
import { holders, profile, ROLES, type Role } from './queries';
import classes from './Roles.module.css';

export function RolesPage(): ReactNode {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>('administrator');
  const { data, error, isPending, refetch } = useQuery(holders(role));
  return (
    <Page title={t('roles.title')} width="read">
      <h1 className={table.title}>{t('roles.title')}</h1>
      <p className={table.text}>{t('roles.text')}</p>
      {error ? (
        <ErrorPanel error={error} retry={() => void refetch()} />
      ) : (
        <>
          <Grant role={role} onRole={setRole} />
          <h2 className={classes.who}>{t('roles.holders')}</h2>
          {isPending && <Lines count={3} />}
          {data?.user_ids.length === 0 && <Empty drawing="medal" title={t('roles.none')} />}
          {data && data.user_ids.length > 0 && (
            <ul className={`card ${classes.list}`}>
              {data.user_ids.map((each) => (
                <Holder key={each} userId={each} role={role} />
              ))}
            </ul>
          )}
        </>
      )}
    </Page>
  );
}

const changed = (role: Role): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: holders(role).queryKey });

function Grant({ role, onRole }: { role: Role; onRole: (role: Role) => void }): ReactNode {
  const { t } = useTranslation();
  const [granted, setGranted] = useState(false);
  const form = useForm({
    initial: { user_id: '' },
    check: ({ user_id }) =>
      /^\d{1,19}$/.test(user_id.trim()) ? {} : { user_id: t('roles.userBad') },
    send: ({ user_id }) =>
      attempt(
        api.PUT('/api/v1/admin/users/{user_id}/roles/{role}', {
          params: { path: { user_id: user_id.trim(), role } },
        }),
      ),
    done: () => {
      setGranted(true);
      form.set('user_id', '');
      void changed(role);
    },
  });
  return (
    <form className={`card ${classes.grant}`} onSubmit={form.submit} noValidate>
      <FormProblem message={form.message} traceId={form.problem?.traceId} />
      <NativeSelect
        label={t('roles.role')}
        value={role}
        onChange={(event) => {
          setGranted(false);
          onRole(event.currentTarget.value as Role);
        }}
        data={ROLES.map((value) => ({ value, label: t(`roles.name.${value}`) }))}
      />
      <TextInput
        label={t('roles.user')}
        description={t('roles.userWhy')}
        inputMode="numeric"
        autoComplete="off"
        {...form.text('user_id')}
      />
      <div className="row">
        <Button type="submit" loading={form.busy}>
          {t('roles.grant')}
        </Button>
        <span role="status" className="sm ok">
          {granted ? t('roles.granted') : ''}
        </span>
      </div>
    </form>
  );
}

function Holder({ userId, role }: { userId: string; role: Role }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const { data } = useQuery(profile(userId));
  const [asking, setAsking] = useState(false);
  const [message, setMessage] = useState<string>();
  const name = data?.nickname ?? userId;
  const remove = async (): Promise<void> => {
    const result = await attempt(
      api.DELETE('/api/v1/admin/users/{user_id}/roles/{role}', {
        params: { path: { user_id: userId, role } },
      }),
    );
    if (!result.ok) return setMessage(say(result.problem));
    setAsking(false);
    await changed(role);
  };
  return (
    <li className={classes.holder}>
      <Link to="/users/$userId" params={{ userId }} className={`grow ${table.who}`}>
        <Avatar name={name} picture={data?.picture_url} size={28} />
        <span className={classes.names}>
          <span className="cut">{name}</span>
          <span className="xs faint num">{userId}</span>
        </span>
      </Link>
      <Button
        size="xs"
        variant="default"
        aria-label={t('roles.removeNamed', { name })}
        onClick={() => setAsking(true)}
      >
        {t('roles.remove')}
      </Button>
      {asking && (
        <Confirm
          title={t('roles.removeTitle', { role: t(`roles.name.${role}`), name })}
          text={t('roles.removeText')}
          action={t('roles.remove')}
          danger
          onConfirm={() => void remove()}
          onClose={() => {
            setAsking(false);
            setMessage(undefined);
          }}
        >
          <FormProblem message={message} />
        </Confirm>
      )}
    </li>
  );
}
