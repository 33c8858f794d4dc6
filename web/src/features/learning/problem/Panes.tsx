import { ActionIcon } from '@mantine/core';
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  Group,
  Panel,
  type PanelImperativeHandle,
  Separator,
  useDefaultLayout,
  usePanelRef,
} from 'react-resizable-panels';
import classes from './Problem.module.css';

interface PanesProps {
  statement: ReactNode;
  editor: ReactNode;
  results: ReactNode;
}

const FOLDED = 44;

// Storage may be forbidden; the panes then begin at their own sizes.
const storage = {
  getItem: (key: string): string | null => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  setItem: (key: string, value: string): void => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Not remembered, then.
    }
  },
};

/** Three panes, resizable by mouse and keyboard, remembered on this device; the outer two fold away. */
export function Panes({ statement, editor, results }: PanesProps): ReactNode {
  const { t } = useTranslation();
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: 'lyceum.panes', storage });
  const left = usePanelRef();
  const right = usePanelRef();
  return (
    <Group
      id="problem"
      orientation="horizontal"
      className={classes.panes ?? ''}
      defaultLayout={defaultLayout}
      onLayoutChanged={onLayoutChanged}
    >
      <Side id="statement" handle={left} name={t('problem.statement')} size="31%">
        {statement}
      </Side>
      <Separator className={classes.split ?? ''} aria-label={t('problem.resize')} />
      <Panel id="editor" minSize={320}>
        {editor}
      </Panel>
      <Separator className={classes.split ?? ''} aria-label={t('problem.resize')} />
      <Side id="results" handle={right} name={t('problem.results')} size="27%">
        {results}
      </Side>
    </Group>
  );
}

interface SideProps {
  id: 'statement' | 'results';
  handle: React.RefObject<PanelImperativeHandle | null>;
  name: string;
  size: string;
  children: ReactNode;
}

function Side({ id, handle, name, size, children }: SideProps): ReactNode {
  const { t } = useTranslation();
  const [folded, setFolded] = useState(false);
  const [Fold, Unfold] =
    id === 'statement'
      ? [IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand]
      : [IconLayoutSidebarRightCollapse, IconLayoutSidebarRightExpand];
  return (
    <Panel
      id={id}
      panelRef={handle}
      collapsible
      collapsedSize={FOLDED}
      minSize={280}
      defaultSize={size}
      onResize={({ inPixels }) => setFolded(inPixels <= FOLDED + 1)}
    >
      <div className={classes.side} data-folded={folded || undefined}>
        <ActionIcon
          className={classes.fold ?? ''}
          aria-label={
            folded ? t('problem.expand', { pane: name }) : t('problem.collapse', { pane: name })
          }
          aria-expanded={!folded}
          onClick={() => (folded ? handle.current?.expand() : handle.current?.collapse())}
        >
          {folded ? <Unfold size={18} /> : <Fold size={18} />}
        </ActionIcon>
        {folded && <span className={classes.foldedName}>{name}</span>}
        <div className={classes.sideBody} hidden={folded}>
          {children}
        </div>
      </div>
    </Panel>
  );
}
