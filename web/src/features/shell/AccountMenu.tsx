import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconAward,
  IconCheck,
  IconCpu,
  IconKey,
  IconLogout,
  IconMail,
  IconMoon,
  IconShield,
  IconSun,
  IconSunMoon,
  IconUser,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isAdministrator } from '@/lib/session';
import type { Me } from '@/lib/shapes';
import { usePreferences } from '@/lib/usePreferences';
import { Avatar } from '@/ui/bits';
import classes from './Shell.module.css';

export function AccountMenu({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const signOut = useRef<HTMLFormElement>(null);
  return (
    <>
      <form method="post" action="/auth/logout" ref={signOut} className={classes.menuForm} />
      <Menu position="bottom-end" width={232}>
        <Menu.Target>
          <button type="button" className={classes.account} aria-label={t('account.menu')}>
            <Avatar name={me.nickname} picture={me.picture_url} size={28} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <div className="b cut">{me.nickname}</div>
            <div className="faint xs cut">{me.email}</div>
          </div>
          <Menu.Divider />
          <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} />}>
            {t('account.profile')}
          </Menu.Item>
          <Menu.Item component={Link} to="/points" leftSection={<IconAward size={16} />}>
            {t('points.title')}
          </Menu.Item>
          <Menu.Item component={Link} to="/tokens" leftSection={<IconKey size={16} />}>
            {t('tokens.title')}
          </Menu.Item>
          {isAdministrator(me) && <AdminItems />}
          <Menu.Divider />
          <ThemeItems me={me} />
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => signOut.current?.requestSubmit()}
          >
            {t('signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function AdminItems(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Menu.Divider />
      <Menu.Item component={Link} to="/admin/mails" leftSection={<IconMail size={16} />}>
        {t('mails.title')}
      </Menu.Item>
      <Menu.Item component={Link} to="/admin/roles" leftSection={<IconShield size={16} />}>
        {t('roles.title')}
      </Menu.Item>
      <Menu.Item component={Link} to="/admin/runner" leftSection={<IconCpu size={16} />}>
        {t('runner.title')}
      </Menu.Item>
    </>
  );
}

const THEMES = [
  ['system', 'auto', IconSunMoon],
  ['light', 'light', IconSun],
  ['dark', 'dark', IconMoon],
] as const;

function ThemeItems({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const { save } = usePreferences(me);
  const chosen = THEMES.find(([, scheme]) => scheme === colorScheme)?.[0] ?? 'system';
  return (
    <Menu.RadioGroup value={chosen} onChange={(theme) => save({ theme: theme as typeof chosen })}>
      {THEMES.map(([theme, , Icon]) => (
        <Menu.RadioItem
          key={theme}
          value={theme}
          closeMenuOnClick
          checkIcon={<IconCheck size={16} className="acc" />}
          rightSection={<Icon size={16} className="faint" />}
        >
          {t(`theme.${theme}`)}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
