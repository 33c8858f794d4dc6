import { Button } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hint } from '@/lib/shapes';
import { Markdown } from '@/ui/Markdown';
import classes from './Hints.module.css';

/** Each opens by itself, so that one reads no more than one wants. */
export function Hints({ hints }: { hints: Hint[] }): ReactNode {
  return (
    <ul className={classes.hints}>
      {hints.map((hint, index) => (
        <OneHint key={`${index}-${hint.title}`} hint={hint} number={index + 1} />
      ))}
    </ul>
  );
}

function OneHint({ hint, number }: { hint: Hint; number: number }): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const title = hint.title || t('problem.hint', { number });
  return (
    <li className={classes.hint}>
      <div className={classes.head}>
        <IconBulb size={16} className="acc" />
        <span className="grow">{title}</span>
        <Button
          size="xs"
          variant="default"
          aria-expanded={open}
          aria-label={`${open ? t('problem.closeHint') : t('problem.openHint')}: ${title}`}
          onClick={() => setOpen(!open)}
        >
          {open ? t('problem.closeHint') : t('problem.openHint')}
        </Button>
      </div>
      {open && <Markdown text={hint.text} size="small" />}
    </li>
  );
}
