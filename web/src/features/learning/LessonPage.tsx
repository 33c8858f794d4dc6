import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconArrowRight,
  IconCheck,
  IconCircleCheck,
  IconClock,
  IconStar,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { componentsOf, isSubmittable } from '@/lib/content';
import { api, attempt } from '@/lib/http';
import { useProblemWords } from '@/lib/problemWords';
import { content as contentQuery, progressChanged, queryClient } from '@/lib/queries';
import type { Component, Content, Me } from '@/lib/shapes';
import { Chip } from '@/ui/bits';
import { Markdown } from '@/ui/Markdown';
import { FormProblem, Lines } from '@/ui/states';
import { AnswerCard } from './AnswerCard';
import classes from './Lesson.module.css';
import { useTitleOf } from './useTitleOf';

const InlineProblem = lazy(() => import('./problem/InlineProblem'));

interface LessonProps {
  content: Content;
  me: Me;
}

/** Text to read, with what is to be answered where it stands. */
export function LessonPage({ content, me }: LessonProps): ReactNode {
  const { t } = useTranslation();
  return (
    <article className={classes.lesson}>
      <header>
        <h1>{content.title}</h1>
        <div className={classes.facts}>
          <Chip>{t(`kind.${content.kind}` as 'kind.lesson')}</Chip>
          {content.minutes > 0 && (
            <Chip>
              <IconClock size={14} /> {t('course.minutes', { count: content.minutes })}
            </Chip>
          )}
          {content.points > 0 && (
            <Chip tone="acc">
              <IconStar size={14} /> {t('points.long', { count: content.points })}
            </Chip>
          )}
          {content.state === 'passed' && (
            <Chip tone="ok">
              <IconCircleCheck size={14} /> {t('state.passed')}
            </Chip>
          )}
        </div>
      </header>
      {content.components.map((each) => (
        <Part key={each.id} component={each} content={content} me={me} />
      ))}
      <Footer content={content} />
    </article>
  );
}

function Part({ component, content, me }: LessonProps & { component: Component }): ReactNode {
  if (component.type === 'container')
    return (
      <section className={classes.container}>
        {component.title && <h2>{component.title}</h2>}
        {component.children.map((each) => (
          <Part key={each.id} component={each} content={content} me={me} />
        ))}
      </section>
    );
  if (component.markdown !== undefined)
    return (
      <section>
        {component.title && <h2 className={classes.partTitle}>{component.title}</h2>}
        <Markdown text={component.markdown} />
      </section>
    );
  if (component.editor)
    return (
      <Suspense fallback={<Lines count={1} height={360} />}>
        <InlineProblem content={content} component={component} me={me} />
      </Suspense>
    );
  return <AnswerCard content={content} component={component} me={me} />;
}

/** Where to go from here; a text without questions is passed by saying so. */
function Footer({ content }: { content: Content }): ReactNode {
  const { t } = useTranslation();
  const next = useTitleOf(content, content.next_content_id);
  const readable = !componentsOf(content).some(isSubmittable);
  const top = content.crumbs[0]?.module_id;
  return (
    <nav className={classes.footer} aria-label={t('lesson.nav')}>
      {content.previous_content_id && (
        <Link to="/learn/contents/$contentId" params={{ contentId: content.previous_content_id }}>
          <Button component="span" variant="default" leftSection={<IconArrowLeft size={16} />}>
            {t('lesson.previous')}
          </Button>
        </Link>
      )}
      <span className="grow" />
      {readable && <Done content={content} />}
      {content.next_content_id ? (
        <Link to="/learn/contents/$contentId" params={{ contentId: content.next_content_id }}>
          <Button
            component="span"
            variant={readable && content.state !== 'passed' ? 'default' : 'filled'}
            rightSection={<IconArrowRight size={16} />}
          >
            {next ? t('lesson.next', { title: next }) : t('lesson.nextPlain')}
          </Button>
        </Link>
      ) : (
        top && (
          <Link to="/learn/modules/$moduleId" params={{ moduleId: top }}>
            <Button component="span" variant="default">
              {t('lesson.back')}
            </Button>
          </Link>
        )
      )}
    </nav>
  );
}

function Done({ content }: { content: Content }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<string>();
  const done = async (): Promise<void> => {
    setBusy(true);
    const result = await attempt(
      api.POST('/api/v1/contents/{content_id}/done', {
        params: { path: { content_id: content.id } },
      }),
    );
    setBusy(false);
    setMessage(result.ok ? undefined : say(result.problem));
    if (!result.ok) return;
    queryClient.setQueryData(contentQuery(content.id).queryKey, {
      ...content,
      state: result.value.state,
    });
    progressChanged();
  };
  if (content.state === 'passed')
    return (
      <span className={classes.read} role="status">
        <IconCheck size={16} /> {t('lesson.passed')}
      </span>
    );
  return (
    <>
      <FormProblem message={message} />
      <Button onClick={done} loading={busy} leftSection={<IconCheck size={16} />}>
        {t('lesson.done')}
      </Button>
    </>
  );
}
