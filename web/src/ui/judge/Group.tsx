import { VisuallyHidden } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { formatScore } from '@/lib/format';
import type { GroupView } from '@/lib/groups';
import { toneOf, verdictKey } from '@/lib/verdict';
import { Chip } from '@/ui/bits';
import classes from './Results.module.css';
import { VerdictIcon } from './VerdictIcon';

interface GroupProps {
  group: GroupView;
  /** Whether it gives a score. */
  graded: boolean;
  /** Its tests. */
  children: ReactNode;
}

/** Tests that are scored together: name, verdict, and what it got of what there is. */
export function Group({ group, graded, children }: GroupProps): ReactNode {
  const { t } = useTranslation();
  const { name, status } = group;
  const id = useId();
  return (
    <section className={classes.group} aria-labelledby={id}>
      <div className={classes.groupHead}>
        <VerdictIcon status={status || 'RUNNING'} />
        <h2 id={id} className={`grow ${classes.name}`}>
          {name}
        </h2>
        {status === 'AC' && <VisuallyHidden>{t('verdict.AC')}</VisuallyHidden>}
        {status !== '' && status !== 'AC' && (
          <Chip tone={toneOf(status)}>{t(verdictKey(status))}</Chip>
        )}
        {graded && <Score group={group} />}
      </div>
      {children}
    </section>
  );
}

function Score({ group }: { group: GroupView }): ReactNode {
  const { t, i18n } = useTranslation();
  const max = formatScore(group.maxScore, i18n.language);
  const score = group.score === undefined ? undefined : formatScore(group.score, i18n.language);
  return (
    <span className={`num ${classes.score}`}>
      <span aria-hidden="true">
        {score ?? '–'} / {max}
      </span>
      <VisuallyHidden>
        {score === undefined ? t('results.scoreOpen', { max }) : t('results.score', { score, max })}
      </VisuallyHidden>
    </span>
  );
}
