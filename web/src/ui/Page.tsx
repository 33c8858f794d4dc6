import { Link } from '@tanstack/react-router';
import { createContext, type ReactNode, use, useEffect } from 'react';
import { createPortal } from 'react-dom';
import classes from './Page.module.css';

/** Where in the top bar a page writes its place. */
export const CrumbSlot = createContext<HTMLElement | null>(null);

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: string;
  crumbs?: Crumb[];
  /** `fill`: the page is its own panes and does not scroll as a whole. */
  width?: 'read' | 'wide' | 'home' | 'form' | 'fill';
  children: ReactNode;
}

/** Every page: its name in the tab and the top bar, its width on the canvas. */
export function Page({ title, crumbs = [], width = 'wide', children }: PageProps): ReactNode {
  const slot = use(CrumbSlot);
  useEffect(() => {
    document.title = title === 'Lyceum' ? title : `${title} · Lyceum`;
  }, [title]);
  return (
    <>
      {slot && createPortal(<Crumbs title={title} crumbs={crumbs} />, slot)}
      {width === 'fill' ? (
        children
      ) : (
        <div className={`${classes.page} ${classes[width]}`}>{children}</div>
      )}
    </>
  );
}

function Crumbs({ title, crumbs }: { title: string; crumbs: Crumb[] }): ReactNode {
  return (
    <>
      {crumbs.map((crumb) => (
        <span key={crumb.label} className={`hide-s ${classes.crumb}`}>
          <Link to={crumb.to} className={classes.crumbLink}>
            {crumb.label}
          </Link>
          <span className={classes.slash} aria-hidden>
            /
          </span>
        </span>
      ))}
      <b aria-current="page" className={`${classes.here} cut`}>
        {title}
      </b>
    </>
  );
}
