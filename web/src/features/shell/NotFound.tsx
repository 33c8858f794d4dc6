import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Drawing } from '@/ui/Drawing';
import { Page } from '@/ui/Page';
import classes from './NotFound.module.css';

export function NotFound(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')} width="form">
      <div className={classes.box}>
        <Drawing name="nothing" />
        <h1>{t('notFound.title')}</h1>
        <p className="dim">{t('notFound.why')}</p>
        <div className="row">
          <Button component={Link} to="/">
            {t('error.home')}
          </Button>
          <Button component={Link} to="/learn" variant="default">
            {t('learn.title')}
          </Button>
        </div>
      </div>
    </Page>
  );
}
