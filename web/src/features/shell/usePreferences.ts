import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { api, attempt } from '@/lib/http';
import { switchLanguage } from '@/lib/i18n';
import { me as meQuery, queryClient } from '@/lib/queries';
import type { Me, Preferences } from '@/lib/shapes';
import { toScheme } from '@/lib/theme';

/** What the account says of theme and language holds on every device. */
export function usePreferences(me: Me | null): void {
  const { setColorScheme } = useMantineColorScheme();
  const theme = me?.preferences.theme;
  const locale = me?.preferences.locale;
  useEffect(() => {
    if (theme) setColorScheme(toScheme(theme));
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (locale) void switchLanguage(locale);
  }, [locale]);
}

/** Shown at once and kept in the account; a guest's choice stays on this device. */
export function useSavePreferences(me: Me | null): (change: Partial<Preferences>) => void {
  const { setColorScheme } = useMantineColorScheme();
  return (change) => {
    if (change.theme) setColorScheme(toScheme(change.theme));
    if (change.locale) void switchLanguage(change.locale);
    if (!me) return;
    const changed: Me = { ...me, preferences: { ...me.preferences, ...change } };
    queryClient.setQueryData(meQuery.queryKey, changed);
    void attempt(api.PATCH('/api/v1/me', { body: { preferences: change } }));
  };
}
