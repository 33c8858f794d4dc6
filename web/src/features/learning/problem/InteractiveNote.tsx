import { IconMessages } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Problem.module.css';

/** How a language says: do not wait until there is more to write. Those without need nothing. */
const FLUSH: Record<string, string> = {
  c: 'fflush(stdout);',
  cpp: 'std::cout << std::flush;',
  java: 'System.out.flush();',
  python: 'print(…, flush=True)',
};

/** Of an exercise whose program talks with one of the author's. */
export function InteractiveNote({ language }: { language: string }): ReactNode {
  const { t } = useTranslation();
  const flush = FLUSH[language];
  return (
    <aside className={classes.interactive} aria-label={t('problem.interactive')}>
      <IconMessages size={18} aria-hidden className={classes.interactiveIcon} />
      <div>
        <b>{t('problem.interactive')}</b>
        <p>
          {t('problem.interactiveWhy')}{' '}
          {flush && (
            <>
              {t('problem.flush')} <code>{flush}</code>
            </>
          )}
        </p>
      </div>
    </aside>
  );
}
