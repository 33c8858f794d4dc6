import { Button } from '@mantine/core';
import { IconMailbox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { api, attempt, get } from '@/lib/http';
import { useProblemWords } from '@/lib/problemWords';
import { Drawing } from '@/ui/Drawing';
import { Page } from '@/ui/Page';
import { FormProblem } from '@/ui/states';
import classes from './signup.module.css';

interface CheckMailProps {
  email: string;
}

/** After the form: the mail has the link. Says nothing about whether the address was free. */
export function CheckMail({ email }: CheckMailProps): ReactNode {
  const { t } = useTranslation();
  const mailbox = useQuery({
    queryKey: ['mailbox'],
    queryFn: () => get(api.GET('/api/v1/mailbox')),
  });
  return (
    <Page title={t('checkMail.title')} width="form">
      <div className={`card ${classes.card}`}>
        <Drawing name="letter" />
        <h1>{t('checkMail.title')}</h1>
        <p className="dim">
          <Trans i18nKey="checkMail.text" values={{ email }} components={{ b: <b /> }} />
        </p>
        {mailbox.data?.open && (
          <>
            <p className="dim sm">{t('checkMail.local')}</p>
            <Button
              component={Link}
              to="/admin/mails"
              size="md"
              leftSection={<IconMailbox size={18} />}
            >
              {t('checkMail.open')}
            </Button>
          </>
        )}
        <Again email={email} />
      </div>
    </Page>
  );
}

function Again({ email }: { email: string }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const [state, setState] = useState<'idle' | 'busy' | 'sent'>('idle');
  const [message, setMessage] = useState<string>();
  const again = async (): Promise<void> => {
    setState('busy');
    setMessage(undefined);
    const result = await attempt(api.POST('/api/v1/sign-up/resend', { body: { email } }));
    setState(result.ok ? 'sent' : 'idle');
    if (!result.ok) setMessage(say(result.problem));
  };
  return (
    <>
      <FormProblem message={message} />
      <div className={classes.actions}>
        <Button
          variant="default"
          onClick={again}
          loading={state === 'busy'}
          disabled={state === 'sent'}
        >
          {t('checkMail.again')}
        </Button>
        <span role="status" className="sm ok" style={{ alignSelf: 'center' }}>
          {state === 'sent' ? t('checkMail.sent') : ''}
        </span>
      </div>
    </>
  );
}
