import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signInUrl } from '@/lib/session';
import { useTalk } from './store';
import classes from './Talk.module.css';

// A connection that comes back at once is not worth a word.
const QUIET_MS = 1500;

/** Says that the live connection is gone, and what happens to what is typed. */
export function ConnectionBar(): ReactNode {
  const { t } = useTranslation();
  const status = useTalk((state) => state.status);
  const [late, setLate] = useState(false);
  const fine = status === 'ready';
  useEffect(() => {
    if (fine) return setLate(false);
    const timer = setTimeout(() => setLate(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [fine]);
  const shown = status === 'signed-out' || (!fine && (late || !navigator.onLine));
  const key = status === 'signed-out' ? 'signedOut' : navigator.onLine ? 'connecting' : 'offline';
  return (
    <div role="status">
      {shown && (
        <div className={classes.bar}>
          <IconPlugConnectedX size={16} stroke={1.75} />
          <span className="grow">{t(`talk.${key}`)}</span>
          {status === 'signed-out' && (
            <Button component="a" size="xs" href={signInUrl(location.pathname)}>
              {t('signIn.action')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
