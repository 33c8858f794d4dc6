import { Button, Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { isFinal } from '@/lib/judge';
import { problemOf } from '@/lib/problem';
import { useProblemWords } from '@/lib/problemWords';
import type { Submission } from '@/lib/shapes';
import { toneOf, verdictKey } from '@/lib/verdict';
import { Chip, Time } from '@/ui/bits';
import { Confirm } from '@/ui/Confirm';
import { Empty, ErrorPanel, FormProblem, Lines } from '@/ui/states';
import { submission, submissions } from '../queries';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

/** Own submissions, newest first: look at one again, or start again from it. */
export function History({ problem }: { problem: Problem }): ReactNode {
  const { t } = useTranslation();
  const [passed, setPassed] = useState(false);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(submissions(problem.component.id, passed));
  const all = data?.pages.flatMap((page) => page.submissions) ?? [];
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className={classes.padded}>
        <Switch
          size="xs"
          label={t('problem.onlyPassed')}
          checked={passed}
          onChange={(event) => setPassed(event.currentTarget.checked)}
        />
      </div>
      {isPending && <Lines count={3} height={52} />}
      {!isPending && all.length === 0 && (
        <Empty drawing="nothing" title={t('problem.noHistory')}>
          {t('problem.noHistoryWhy')}
        </Empty>
      )}
      <ol className={classes.history} aria-label={t('problem.history')}>
        {all.map((each) => (
          <Row key={each.id} each={each} problem={problem} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          variant="default"
          m="md"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  );
}

function Row({ each, problem }: { each: Submission; problem: Problem }): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<string>();
  const say = useProblemWords();
  const { judge, starter, editor } = problem;
  const language = languageName(each.language);
  const withIt = async (use: (whole: Submission) => void): Promise<void> => {
    setBusy(true);
    setMessage(undefined);
    try {
      use(await submission(each.id));
    } catch (error) {
      setMessage(say(problemOf(error)));
    }
    setBusy(false);
  };
  const see = (): void => {
    if (isFinal(each.status)) void withIt(judge.show);
    else judge.watch(each.id);
  };
  const startFrom = (): Promise<void> =>
    withIt(({ files }) => {
      setAsking(false);
      problem.startFrom(each.language, files);
    });
  const offered = editor.starters.some((one) => one.language === each.language);
  return (
    <li className={classes.submission}>
      <Chip tone={toneOf(each.status)}>{t(verdictKey(each.status))}</Chip>
      <span className="grow xs faint">
        <Time at={each.created_at} /> · {language}
        {each.points > 0 && (
          <span className="ok"> · {t('results.points', { count: each.points })}</span>
        )}
      </span>
      <Button size="xs" variant="default" onClick={see}>
        {t('problem.see')}
      </Button>
      {offered && (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {t('problem.startFrom')}
        </Button>
      )}
      {asking && (
        <Confirm
          title={t('problem.startFromTitle')}
          text={
            each.language === starter.language
              ? t('problem.startFromText')
              : t('problem.startFromOther', { language })
          }
          action={t('problem.startFrom')}
          busy={busy}
          onConfirm={() => void startFrom()}
          onClose={() => setAsking(false)}
        >
          <FormProblem message={message} />
        </Confirm>
      )}
      {!asking && <FormProblem message={message} />}
    </li>
  );
}
