import {
  IconAward,
  IconBook,
  IconBook2,
  IconHome,
  IconMail,
  IconMessageCircle,
  IconTrophy,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isAdministrator } from '@/lib/session';
import type { Me } from '@/lib/shapes';
import { useTalkSummary } from '@/lib/talk';
import classes from './Shell.module.css';

/** The worlds of Lyceum: at the left, on a phone at the bottom. */
export function Rail({ me }: { me: Me | null }): ReactNode {
  const { t } = useTranslation();
  const { unread } = useTalkSummary();
  return (
    <nav className={classes.rail} aria-label={t('nav.label')}>
      <Link
        to="/"
        className={classes.logo}
        aria-label="Lyceum"
        tabIndex={-1}
        activeOptions={{ exact: true }}
      >
        <IconBook2 size={22} stroke={1.75} />
      </Link>
      <Link to="/" className={classes.item} activeOptions={{ exact: true }}>
        <IconHome size={19} stroke={1.75} />
        {t('nav.home')}
      </Link>
      <Link to="/learn" className={classes.item} activeOptions={{ includeSearch: false }}>
        <IconBook size={19} stroke={1.75} />
        {t('nav.learn')}
      </Link>
      {me && (
        <>
          <Link to="/talk" className={classes.item}>
            <IconMessageCircle size={19} stroke={1.75} />
            {t('nav.talk')}
            {unread && <span className={classes.dot} role="img" aria-label={t('talk.unread')} />}
          </Link>
          <Link to="/ranking" className={classes.item}>
            <IconTrophy size={19} stroke={1.75} />
            {t('nav.ranking')}
          </Link>
          <Link to="/points" className={classes.item}>
            <IconAward size={19} stroke={1.75} />
            {t('nav.points')}
          </Link>
        </>
      )}
      {isAdministrator(me) && (
        <Link to="/admin/mails" className={`${classes.item}`}>
          <IconMail size={19} stroke={1.75} />
          {t('nav.mails')}
        </Link>
      )}
    </nav>
  );
}
