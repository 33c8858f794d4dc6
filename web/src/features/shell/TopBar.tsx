import { Button, VisuallyHidden } from '@mantine/core';
import { IconSearch, IconStar } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { keyNames } from '@/lib/keys';
import { signInUrl } from '@/lib/session';
import type { Me } from '@/lib/shapes';
import { Keys } from '@/ui/bits';
import { AccountMenu } from './AccountMenu';
import classes from './Shell.module.css';

interface TopBarProps {
  me: Me | null;
  pending: boolean;
  slotRef: (element: HTMLElement | null) => void;
  onSearch: () => void;
}

/** Not to a page for people without a session, nor with the token that its address has. */
const comeBackTo = (here: string): string =>
  /^\/(sign-up|confirm|forgot|reset)\b/.test(here) ? '/' : here;

export function TopBar({ me, pending, slotRef, onSearch }: TopBarProps): ReactNode {
  const { t, i18n } = useTranslation();
  const here = useRouterState({ select: (state) => state.location.href });
  return (
    <header className={classes.top}>
      <nav className={classes.crumbs} aria-label={t('nav.place')} ref={slotRef} />
      <button type="button" className={classes.find} onClick={onSearch} title={t('palette.open')}>
        <IconSearch size={15} />
        <span>{t('palette.search')}</span>
        <Keys keys={keyNames('mod+K')} />
      </button>
      {me && (
        <Link to="/points" className={`${classes.points} num`}>
          <IconStar size={15} />
          {formatNumber(me.points.balance, i18n.language)}
          <VisuallyHidden>{t('points.word', { count: me.points.balance })}</VisuallyHidden>
        </Link>
      )}
      {me && <AccountMenu me={me} />}
      {!me && !pending && (
        <>
          <Button variant="default" component="a" href={signInUrl(comeBackTo(here))}>
            {t('signIn.action')}
          </Button>
          <Button component={Link} to="/sign-up" className="hide-s">
            {t('signUp.action')}
          </Button>
        </>
      )}
    </header>
  );
}
