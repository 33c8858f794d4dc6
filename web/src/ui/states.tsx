// What a page shows when it has nothing to show: waiting, empty, wrong, not allowed.
import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/lib/problem';
import { useProblemWords } from '@/lib/problemWords';
import { signInUrl } from '@/lib/session';
import { CopyButton } from './bits';
import { Drawing, type DrawingName } from './Drawing';
import classes from './states.module.css';

export function Lines({ count = 6, height = 44 }: { count?: number; height?: number }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.lines} role="status" aria-label={t('loading')}>
      {Array.from({ length: count }, (_, i) => (
        <Skeleton key={`line-${i + 1}`} height={height} radius={8} />
      ))}
    </div>
  );
}

interface EmptyProps {
  drawing: DrawingName;
  /** It is the whole page: its title is the page's heading. */
  whole?: boolean;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ drawing, whole, title, children, action }: EmptyProps): ReactNode {
  const Title = whole ? 'h1' : 'h2';
  return (
    <div className={classes.empty}>
      <Drawing name={drawing} />
      <Title>{title}</Title>
      {children && <p className="dim">{children}</p>}
      {action}
    </div>
  );
}

interface ErrorPanelProps {
  error: unknown;
  retry?: () => void;
  /** It is the whole page: its title is the page's heading. */
  whole?: boolean;
}

/** An error that fills the page or its part: what happened, how to go on, the trace id to copy. */
export function ErrorPanel({ error, retry, whole = false }: ErrorPanelProps): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const problem = problemOf(error);
  if (problem.status === 401) return <SignInPanel whole={whole} />;
  const Title = whole ? 'h1' : 'h2';
  const missing = problem.status === 404;
  const title = missing
    ? t('error.missing')
    : problem.status === 403
      ? t('error.forbidden')
      : problem.reason === 'offline'
        ? t('error.offline')
        : t('error.failed');
  return (
    <div className={classes.empty} role="alert">
      {missing ? (
        <Drawing name="nothing" />
      ) : (
        <IconAlertTriangle size={36} className="warn" stroke={1.5} />
      )}
      <Title>{title}</Title>
      <p className="dim">
        {missing
          ? t('error.missingHow')
          : problem.reason === 'offline'
            ? t('error.offlineHow')
            : say(problem)}
      </p>
      {problem.traceId && (
        <p className={classes.trace}>
          {t('error.trace')} <code>{problem.traceId}</code>
          <CopyButton text={problem.traceId} label={t('error.copyTrace')} />
        </p>
      )}
      <div className="row">
        {retry && !missing && <Button onClick={retry}>{t('error.retry')}</Button>}
        <Button variant="default" component="a" href="/">
          {t('error.home')}
        </Button>
      </div>
    </div>
  );
}

/** A page for users, seen by a guest: sign in and come back here. */
export function SignInPanel({ whole = false }: { whole?: boolean }): ReactNode {
  const { t } = useTranslation();
  const here = location.pathname + location.search;
  return (
    <Empty
      whole={whole}
      drawing="door"
      title={t('signIn.needed')}
      action={
        <div className="row">
          <Button component="a" href={signInUrl(here)}>
            {t('signIn.action')}
          </Button>
          <Button variant="default" component="a" href="/sign-up">
            {t('signUp.action')}
          </Button>
        </div>
      }
    >
      {t('signIn.neededWhy')}
    </Empty>
  );
}

interface FormProblemProps {
  message: string | undefined;
  traceId?: string | undefined;
  /** 401: a way to sign in and come back is offered. */
  status?: number | undefined;
}

/** A problem of one form, above its button. */
export function FormProblem({ message, traceId, status }: FormProblemProps): ReactNode {
  const { t } = useTranslation();
  if (!message) return null;
  return (
    <div className={classes.formProblem} role="alert">
      <IconAlertTriangle size={18} />
      <span className="grow">{message}</span>
      {status === 401 && (
        <Button component="a" size="xs" href={signInUrl(location.pathname + location.search)}>
          {t('signIn.action')}
        </Button>
      )}
      {traceId && <CopyButton text={traceId} label={t('error.copyTrace')} />}
    </div>
  );
}
