import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '@/ui/Page';
import { ErrorPanel } from '@/ui/states';

/** A page that broke: the shell stays, the rest can be tried again. */
export function ErrorPage({ error, reset }: ErrorComponentProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('error.failed')} width="form">
      <ErrorPanel whole error={error} retry={reset} />
    </Page>
  );
}
