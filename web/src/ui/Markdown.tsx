import { lazy, type ReactNode, Suspense } from 'react';
import classes from './Markdown.module.css';

const Body = lazy(() => import('./MarkdownBody'));

interface MarkdownProps {
  text: string;
  /** `read`: a page to read, 16 px; `small`: beside other things. */
  size?: 'read' | 'small';
}

/** An author's text. Its parser is loaded with the first one; until then its lines are there to read. */
export function Markdown({ text, size = 'read' }: MarkdownProps): ReactNode {
  return (
    <div className={`${classes.markdown} ${classes[size]}`}>
      <Suspense
        fallback={
          <div
            className={classes.raw}
            aria-hidden="true"
            data-loading="true"
            style={{ height: `${Math.min(12, text.split('\n').length) * 24}px` }}
          />
        }
      >
        <Body text={text} />
      </Suspense>
    </div>
  );
}
