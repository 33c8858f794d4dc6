import { Button } from '@mantine/core';
import { IconBolt, IconCode, IconServer2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { signInUrl } from '@/lib/session';
import { Page } from '@/ui/Page';
import classes from './GuestHome.module.css';
import { SampleExercise } from './SampleExercise';

/** One screen: what this is, an exercise to try at once, and the way in. */
export function GuestHome(): ReactNode {
  const { t } = useTranslation();
  const facts = [
    [IconCode, t('guest.fact1')],
    [IconBolt, t('guest.fact2')],
    [IconServer2, t('guest.fact3')],
  ] as const;
  return (
    <Page title="Lyceum" width="home">
      <div className={classes.guest}>
        <div className={classes.intro}>
          <h1>{t('guest.title')}</h1>
          <p className={classes.lead}>{t('guest.lead')}</p>
          <div className={classes.actions}>
            <Button component={Link} to="/sign-up" size="md">
              {t('signUp.action')}
            </Button>
            <Button component={Link} to="/learn" size="md" variant="default">
              {t('guest.look')}
            </Button>
          </div>
          <ul className={classes.facts}>
            {facts.map(([Icon, text]) => (
              <li key={text}>
                <Icon size={18} stroke={1.75} className="acc" />
                <span>{text}</span>
              </li>
            ))}
          </ul>
          <p className="sm dim">
            {t('signUp.have')}{' '}
            <a className="link" href={signInUrl('/')}>
              {t('signIn.action')}
            </a>
          </p>
        </div>
        <SampleExercise />
      </div>
    </Page>
  );
}
