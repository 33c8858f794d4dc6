import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import type { Component, Content, Draft, Me } from '@/lib/shapes';
import { ErrorPanel, FormProblem } from '@/ui/states';
import { AnswerVerdict } from './AnswerVerdict';
import { nothing, unanswered } from './answers';
import type { Work } from './backup';
import { ConflictBar } from './ConflictBar';
import { DraftStatus } from './DraftStatus';
import { Hints } from './Hints';
import classes from './Lesson.module.css';
import { McqFields } from './McqFields';
import { QuizFields } from './QuizFields';
import { draft as draftQuery } from './queries';
import { useDraft } from './useDraft';
import { useSubmit } from './useSubmit';

interface AnswerCardProps {
  content: Content;
  component: Component;
  me: Me;
}

/** A question or a quiz: what was chosen last is there again, answers are checked on the server. */
export function AnswerCard(props: AnswerCardProps): ReactNode {
  const { data, error, refetch } = useQuery(draftQuery(props.component.id, ''));
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} radius={12} />;
  return <Answer {...props} server={data} />;
}

function Answer({
  content,
  component,
  me,
  server,
}: AnswerCardProps & { server: Draft }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const key = useMemo(
    () => ({ userId: me.id, componentId: component.id, language: '' }),
    [me.id, component.id],
  );
  const draft = useDraft(key, server, nothing);
  const { judging, busy, submit } = useSubmit(content, component);
  const { mcq, quiz } = component;
  const open = quiz
    ? unanswered(quiz, draft.work.answers).length
    : draft.work.choices.length === 0
      ? 1
      : 0;
  const change = (part: Partial<Work>): void => draft.change({ ...draft.work, ...part });
  const answer = (): void => {
    draft.saveNow();
    void submit(quiz ? { answers: draft.work.answers } : { choices: draft.work.choices });
  };
  return (
    <form
      className={`card ${classes.card}`}
      aria-label={component.title || content.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && open === 0) answer();
      }}
    >
      {mcq && (
        <McqFields
          mcq={mcq}
          chosen={draft.work.choices}
          onChange={(choices) => change({ choices })}
        />
      )}
      {quiz && (
        <QuizFields
          quiz={quiz}
          answers={draft.work.answers}
          judging={judging}
          onChange={(answers) => change({ answers })}
        />
      )}
      <ConflictBar draft={draft} />
      <FormProblem
        message={judging.problem && say(judging.problem)}
        traceId={judging.problem?.traceId}
        status={judging.problem?.status}
      />
      <AnswerVerdict judging={judging} content={content} />
      <div className={classes.bar}>
        <Button type="submit" loading={busy} disabled={open > 0}>
          {judging.phase === 'done' ? t('answer.again') : t('answer.submit')}
        </Button>
        {quiz && open > 0 && (
          <span className="sm faint">{t('answer.unanswered', { count: open })}</span>
        )}
        {component.state === 'passed' && judging.phase === 'idle' && (
          <span className="sm ok">{t('answer.passed')}</span>
        )}
        <span className="grow" />
        <DraftStatus draft={draft} />
      </div>
      {component.hints.length > 0 && <Hints hints={component.hints} />}
    </form>
  );
}
