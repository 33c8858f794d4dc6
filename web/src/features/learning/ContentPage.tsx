import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { componentsOf } from '@/lib/content';
import { content as contentQuery } from '@/lib/queries';
import { useSession } from '@/lib/session';
import type { Content, Me } from '@/lib/shapes';
import { type Crumb, Page } from '@/ui/Page';
import { ErrorPanel, Lines, SignInPanel } from '@/ui/states';
import { LessonPage } from './LessonPage';

const ProblemPage = lazy(() => import('./problem/ProblemPage'));

/** A content: an exercise in its three panes, anything else as a page to read and answer. */
export function ContentPage(): ReactNode {
  const { t } = useTranslation();
  const { contentId } = useParams({ from: '/learn/contents/$contentId' });
  const { me, pending } = useSession();
  const { data, error, isPending, refetch } = useQuery({
    ...contentQuery(contentId),
    enabled: me !== null,
  });
  const learn = [{ label: t('nav.learn'), to: '/learn' }];
  if (!pending && !me)
    return (
      <Page title={t('signIn.needed')} crumbs={learn} width="read">
        <SignInPanel whole />
      </Page>
    );
  if (error)
    return (
      <Page title={t('error.missing')} crumbs={learn} width="read">
        <ErrorPanel whole error={error} retry={() => void refetch()} />
      </Page>
    );
  if (isPending || !me)
    return (
      <Page title={t('loading')} crumbs={learn} width="read">
        <Skeleton height={30} width="50%" mb={20} />
        <Lines count={6} height={22} />
      </Page>
    );
  return <Loaded key={data.id} content={data} me={me} />;
}

function Loaded({ content, me }: { content: Content; me: Me }): ReactNode {
  const { t } = useTranslation();
  const crumbs: Crumb[] = [
    { label: t('nav.learn'), to: '/learn' },
    ...content.crumbs
      .slice(0, 1)
      .map(({ module_id, title }) => ({ label: title, to: `/learn/modules/${module_id}` })),
  ];
  const editors = componentsOf(content).filter((each) => each.editor);
  const others = componentsOf(content).filter((each) => each.mcq || each.quiz);
  const [only] = editors;
  if (only && editors.length === 1 && others.length === 0)
    return (
      <Page title={content.title} crumbs={crumbs} width="fill">
        <Suspense fallback={<Lines count={3} height={180} />}>
          <ProblemPage content={content} component={only} me={me} />
        </Suspense>
      </Page>
    );
  return (
    <Page title={content.title} crumbs={crumbs} width="read">
      <LessonPage content={content} me={me} />
    </Page>
  );
}
