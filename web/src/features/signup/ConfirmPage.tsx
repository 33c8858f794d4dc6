import { Button, Skeleton } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, get } from '@/lib/http';
import { problemOf } from '@/lib/problem';
import { useProblemWords } from '@/lib/problemWords';
import { signInUrl } from '@/lib/session';
import { Page } from '@/ui/Page';
import { FormProblem } from '@/ui/states';
import classes from './signup.module.css';

/** Behind the mailed link: opens the account. Asked once for a token, however often it is drawn. */
export function ConfirmPage(): ReactNode {
  const { t } = useTranslation();
  const { token = '' } = useSearch({ from: '/confirm' });
  const { data, error, isPending } = useQuery({
    queryKey: ['confirm', token],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => get(api.POST('/api/v1/sign-up/confirm', { body: { token } })),
  });
  return (
    <Page title={t('confirm.title')} width="form">
      <div className={`card ${classes.card}`}>
        {isPending && <Skeleton height={120} />}
        {data && (
          <>
            <IconCircleCheck size={40} className="ok" stroke={1.5} />
            <h1>{t('confirm.done')}</h1>
            <p className="dim">{t('confirm.text', { email: data.email })}</p>
            <Button component="a" href={signInUrl('/')} size="md">
              {t('signIn.action')}
            </Button>
          </>
        )}
        {error && <Failed error={error} />}
      </div>
    </Page>
  );
}

function Failed({ error }: { error: Error }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const problem = problemOf(error);
  return (
    <>
      <h1>{t('confirm.failed')}</h1>
      <FormProblem message={say(problem)} traceId={problem.traceId} />
      <p className="dim">{t('confirm.failedHow')}</p>
      <div className={classes.actions}>
        <Button component="a" href={signInUrl('/')}>
          {t('signIn.action')}
        </Button>
        <Button component={Link} to="/sign-up" variant="default">
          {t('signUp.action')}
        </Button>
      </div>
    </>
  );
}
