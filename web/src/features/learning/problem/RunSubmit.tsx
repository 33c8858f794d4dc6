import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { keyNames } from '@/lib/keys';
import { Keys } from '@/ui/bits';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

interface RunSubmitProps {
  problem: Problem;
  /** Esc in the editor comes here. */
  runRef: RefObject<HTMLButtonElement | null>;
  /** At the bottom of a phone, below every part of the exercise. */
  bottom?: boolean;
}

export function RunSubmit({ problem, runRef, bottom = false }: RunSubmitProps): ReactNode {
  const { t } = useTranslation();
  const { judge, run, submit } = problem;
  const busy = (kind: 'run' | 'submit'): boolean => judge.busy && judge.judging.kind === kind;
  return (
    <div className={`${classes.go} ${bottom ? classes.goBottom : ''}`}>
      <Button
        ref={runRef}
        variant="default"
        onClick={run}
        loading={busy('run')}
        leftSection={<IconPlayerPlay size={15} />}
        rightSection={<Keys keys={keyNames("mod+'")} />}
      >
        {t('run')}
      </Button>
      <Button
        onClick={submit}
        loading={busy('submit')}
        rightSection={<Keys keys={keyNames('mod+Enter')} />}
      >
        {t('submit')}
      </Button>
    </div>
  );
}
