// THE list of pages. Each is loaded when it is first opened.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { ErrorPage } from '@/features/shell/ErrorPage';
import { NotFound } from '@/features/shell/NotFound';
import { Shell } from '@/features/shell/Shell';
import { readFilters } from '@/lib/filters';
import { parseSearch, stringifySearch } from '@/lib/search';
import { talkComesFrom } from '@/lib/talk';

talkComesFrom(() => import('@/features/talk/live'));

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const token = (search: Record<string, unknown>): { token?: string } =>
  typeof search.token === 'string' ? { token: search.token } : {};

const readDiscovery = (search: Record<string, unknown>): { q?: string } =>
  typeof search.q === 'string' && search.q !== '' ? { q: search.q } : {};

// One page with three addresses: from one to the other its panes stay as they are.
const talk = createRoute({
  getParentRoute: () => root,
  id: 'talk',
  component: lazyRouteComponent(() => import('@/features/talk/TalkPage'), 'TalkPage'),
});
const talkPages = talk.addChildren([
  createRoute({ getParentRoute: () => talk, path: '/talk' }),
  createRoute({ getParentRoute: () => talk, path: '/talk/$serverId' }),
  createRoute({ getParentRoute: () => talk, path: '/talk/$serverId/$channelId' }),
]);

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('@/features/home/HomePage'), 'HomePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-up',
    component: lazyRouteComponent(() => import('@/features/signup/SignUpPage'), 'SignUpPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/confirm',
    validateSearch: token,
    component: lazyRouteComponent(() => import('@/features/signup/ConfirmPage'), 'ConfirmPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/forgot',
    component: lazyRouteComponent(() => import('@/features/signup/ForgotPage'), 'ForgotPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reset',
    validateSearch: token,
    component: lazyRouteComponent(() => import('@/features/signup/ResetPage'), 'ResetPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/learn',
    validateSearch: readFilters,
    component: lazyRouteComponent(
      () => import('@/features/learning/CataloguePage'),
      'CataloguePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/learn/modules/$moduleId',
    component: lazyRouteComponent(() => import('@/features/learning/CoursePage'), 'CoursePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/learn/contents/$contentId',
    component: lazyRouteComponent(() => import('@/features/learning/ContentPage'), 'ContentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/profile',
    component: lazyRouteComponent(() => import('@/features/account/ProfilePage'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/users/$userId',
    component: lazyRouteComponent(
      () => import('@/features/account/PublicProfilePage'),
      'PublicProfilePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/ranking',
    component: lazyRouteComponent(() => import('@/features/account/RankingPage'), 'RankingPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/points',
    component: lazyRouteComponent(() => import('@/features/account/PointsPage'), 'PointsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tokens',
    component: lazyRouteComponent(() => import('@/features/account/TokensPage'), 'TokensPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/talk/discover',
    validateSearch: readDiscovery,
    component: lazyRouteComponent(() => import('@/features/talk/DiscoverPage'), 'DiscoverPage'),
  }),
  talkPages,
  createRoute({
    getParentRoute: () => root,
    path: '/admin/mails',
    validateSearch: (search: Record<string, unknown>): { mail?: string } =>
      typeof search.mail === 'string' ? { mail: search.mail } : {},
    component: lazyRouteComponent(() => import('@/features/admin/MailsPage'), 'MailsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/roles',
    component: lazyRouteComponent(() => import('@/features/admin/RolesPage'), 'RolesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/runner',
    component: lazyRouteComponent(() => import('@/features/admin/RunnerPage'), 'RunnerPage'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
  scrollToTopSelectors: ['#main'],
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
