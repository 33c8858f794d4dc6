import { useComputedColorScheme } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { type NavigateOptions, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '@/lib/i18n';
import { module, modules } from '@/lib/queries';
import { isAdministrator, signInUrl, useSession } from '@/lib/session';
import type { ContentSummary, Module } from '@/lib/shapes';
import { useTalkSummary } from '@/lib/talk';
import { usePreferences } from '@/lib/usePreferences';
import type { Entry } from './palette';

// Contents are found in the newest courses; the catalogue has its own search for the rest.
const TREES = 20;

export function useEntries(onShortcuts: () => void): Entry[] {
  const pages = usePages();
  const learning = useLearning();
  const talk = useTalking();
  const actions = useActions(onShortcuts);
  return [...pages, ...learning, ...talk, ...actions];
}

type To = NonNullable<NavigateOptions['to']>;

function usePages(): Entry[] {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const page = (to: To, label: string): Entry => ({
    id: to,
    label,
    kind: t('palette.page'),
    run: () => void navigate({ to }),
  });
  const entries = [page('/', t('nav.home')), page('/learn', t('learn.title'))];
  if (!me) return [...entries, page('/sign-up', t('signUp.title'))];
  entries.push(
    page('/talk', t('talk.title')),
    page('/talk/discover', t('talk.discover')),
    page('/ranking', t('ranking.title')),
    page('/points', t('points.title')),
    page('/profile', t('account.profile')),
    page('/tokens', t('tokens.title')),
  );
  if (isAdministrator(me))
    entries.push(
      page('/admin/mails', t('mails.title')),
      page('/admin/roles', t('roles.title')),
      page('/admin/runner', t('runner.title')),
    );
  return entries;
}

function useLearning(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useQuery(modules()).data?.modules ?? [];
  const trees = useQueries({ queries: list.slice(0, TREES).map((each) => module(each.id)) });
  const course = (each: Module): Entry => ({
    id: `module-${each.id}`,
    label: each.title,
    kind: t('palette.course'),
    words: [...each.tags, ...each.languages].join(' '),
    run: () => void navigate({ to: '/learn/modules/$moduleId', params: { moduleId: each.id } }),
  });
  const content = (each: ContentSummary, words: string): Entry => ({
    id: `content-${each.id}`,
    label: each.title,
    kind: t(`kind.${each.kind}` as 'kind.lesson'),
    words,
    run: () => void navigate({ to: '/learn/contents/$contentId', params: { contentId: each.id } }),
  });
  const below = (tree: Module): Entry[] => [
    ...tree.contents.map((each) => content(each, tree.title)),
    ...tree.modules.flatMap(below),
  ];
  return [...list.map(course), ...trees.flatMap((tree) => (tree.data ? below(tree.data) : []))];
}

function useTalking(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return useTalkSummary().places.map(({ serverId, channelId, label, server }): Entry => {
    if (channelId === undefined)
      return {
        id: `server-${serverId}`,
        label,
        kind: t('talk.server'),
        run: () => void navigate({ to: '/talk/$serverId', params: { serverId } }),
      };
    return {
      id: `channel-${channelId}`,
      label,
      kind: server,
      words: `${server} ${label.slice(1)} ${t('talk.channel')}`,
      run: () =>
        void navigate({ to: '/talk/$serverId/$channelId', params: { serverId, channelId } }),
    };
  });
}

function useActions(onShortcuts: () => void): Entry[] {
  const { t } = useTranslation();
  const { me } = useSession();
  const scheme = useComputedColorScheme();
  const { save } = usePreferences(me);
  const kind = t('palette.action');
  const entries: Entry[] = [
    {
      id: 'theme',
      label: scheme === 'dark' ? t('palette.light') : t('palette.dark'),
      kind,
      run: () => save({ theme: scheme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      label: currentLocale() === 'en' ? 'Passer en français' : 'Switch to English',
      kind,
      run: () => save({ locale: currentLocale() === 'en' ? 'fr' : 'en' }),
    },
    { id: 'shortcuts', label: t('shortcuts.title'), kind, run: onShortcuts },
  ];
  if (!me)
    entries.unshift({
      id: 'sign-in',
      label: t('signIn.action'),
      kind,
      run: () => location.assign(signInUrl(location.pathname + location.search)),
    });
  return entries;
}
