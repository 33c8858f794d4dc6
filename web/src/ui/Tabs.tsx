import type { KeyboardEvent, ReactNode } from 'react';
import classes from './Tabs.module.css';

export interface TabItem<K extends string> {
  key: K;
  label: ReactNode;
  mono?: boolean;
}

interface TabsProps<K extends string> {
  label: string;
  items: TabItem<K>[];
  here: K;
  onChange: (key: K) => void;
  /** Id prefix that ties tabs to their `TabPanel`s. */
  id: string;
  stretch?: boolean;
}

/** Tabs as WAI-ARIA has them: one stop for Tab, arrows between. */
export function Tabs<K extends string>({
  label,
  items,
  here,
  onChange,
  id,
  stretch = false,
}: TabsProps<K>): ReactNode {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = items.findIndex((item) => item.key === here);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? items.length - 1
          : step
            ? (at + step + items.length) % items.length
            : -1;
    const next = items[to];
    if (!next) return;
    event.preventDefault();
    onChange(next.key);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label={label}
      className={classes.tabs}
      data-stretch={stretch || undefined}
      onKeyDown={onKeyDown}
    >
      {items.map((item) => (
        <button
          key={item.key}
          id={`${id}-tab-${item.key}`}
          type="button"
          role="tab"
          aria-selected={item.key === here}
          {...(item.key === here && { 'aria-controls': `${id}-panel-${item.key}` })}
          tabIndex={item.key === here ? 0 : -1}
          className={`${classes.tab} ${item.mono ? 'mono' : ''}`}
          onClick={() => onChange(item.key)}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  id: string;
  name: string;
  here: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** Hidden rather than gone: what is in it keeps its state and scroll. One may scroll it from the keyboard. */
export function TabPanel({ id, name, here, className, children }: TabPanelProps): ReactNode {
  return (
    <div
      role="tabpanel"
      id={`${id}-panel-${name}`}
      aria-labelledby={`${id}-tab-${name}`}
      hidden={!here}
      className={className}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      {children}
    </div>
  );
}
