import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/ui/states';
import { CreateServer } from './CreateServer';
import classes from './Talk.module.css';

export function NoServers(): ReactNode {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  return (
    <section className={classes.page}>
      <Empty
        whole
        drawing="door"
        title={t('talk.none')}
        action={
          <div className="row wrap">
            <Button component={Link} to="/talk/discover">
              {t('talk.discover')}
            </Button>
            <Button variant="default" onClick={() => setCreating(true)}>
              {t('talk.create')}
            </Button>
          </div>
        }
      >
        {t('talk.noneWhy')}
      </Empty>
      {creating && <CreateServer onClose={() => setCreating(false)} />}
    </section>
  );
}
