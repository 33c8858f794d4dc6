import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useState } from 'react';
import { api, attempt } from './http';
import { switchLanguage } from './i18n';
import { useProblemWords } from './problemWords';
import { me as meQuery, queryClient } from './queries';
import type { Me, Preferences } from './shapes';
import { toScheme } from './theme';

/** What the account says of theme and language holds on every device. */
export function useApplyPreferences(me: Me | null): void {
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

interface Saving {
  save: (change: Partial<Preferences>) => void;
  saved: boolean;
  problem: string | undefined;
}

/** Shown at once and kept in the account; a guest's choice stays on this device. */
export function usePreferences(me: Me | null): Saving {
  const { setColorScheme } = useMantineColorScheme();
  const say = useProblemWords();
  const [saved, setSaved] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async (change: Partial<Preferences>): Promise<void> => {
    setSaved(false);
    if (change.theme) setColorScheme(toScheme(change.theme));
    if (change.locale) void switchLanguage(change.locale);
    if (!me) return;
    const changed: Me = { ...me, preferences: { ...me.preferences, ...change } };
    queryClient.setQueryData(meQuery.queryKey, changed);
    const result = await attempt(api.PATCH('/api/v1/me', { body: { preferences: change } }));
    setSaved(result.ok);
    setProblem(result.ok ? undefined : say(result.problem));
  };
  return { save: (change) => void save(change), saved, problem };
}
