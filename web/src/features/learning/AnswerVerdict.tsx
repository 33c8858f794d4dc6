import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Judging, passedCount } from '@/lib/judge';
import type { Content } from '@/lib/shapes';
import { Markdown } from '@/ui/Markdown';
import classes from './Lesson.module.css';

/** Right or not, how much of it, what it earned, and the author's explanation once it is right. */
export function AnswerVerdict({
  judging,
  content,
}: {
  judging: Judging;
  content: Content;
}): ReactNode {
  const { t } = useTranslation();
  const { done, results } = judging;
  const right = done?.status === 'AC';
  const notes = results
    .flatMap((each) => [each.hint, each.explanation])
    .filter((note) => note !== undefined);
  const quiz = content.kind === 'quiz' || results.length > 1;
  return (
    <div role="status" aria-live="polite">
      {done && (
        <div className={classes.verdict} data-tone={right ? 'ok' : 'bad'}>
          {right ? <IconCircleCheck size={18} /> : <IconCircleX size={18} />}
          <div className="grow">
            <b>
              {quiz && passedCount(results) < results.length
                ? t('answer.partly', { passed: passedCount(results), count: results.length })
                : right
                  ? t('answer.right')
                  : t('answer.wrong')}
              {done.points > 0 && ` · ${t('results.points', { count: done.points })}`}
            </b>
            {notes.map((note) => (
              <Markdown key={note} text={note} size="small" />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
