import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/session';
import { useShortcuts } from '@/lib/shortcuts';
import { useTalkInBackground } from '@/lib/talk';
import { useApplyPreferences } from '@/lib/usePreferences';
import { CrumbSlot } from '@/ui/Page';
import { Rail } from './Rail';
import classes from './Shell.module.css';
import { TopBar } from './TopBar';

const loadPalette = () => import('./Palette');
const Palette = lazy(loadPalette);
const ShortcutsDialog = lazy(() => import('./ShortcutsDialog'));

/** The frame of every page: rail, top bar, and the page between them. */
export function Shell(): ReactNode {
  const { t } = useTranslation();
  const { me, pending } = useSession();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState<'palette' | 'shortcuts' | null>(null);
  const main = useFocusOnNewPage();
  useApplyPreferences(me);
  useTalkInBackground(me?.id);
  // Before it is asked for: what is typed right after Ctrl-K must not be lost.
  useEffect(() => {
    // Offline it cannot be had; then opening it tries again.
    const timer = setTimeout(() => void loadPalette().catch(() => {}), 1500);
    return () => clearTimeout(timer);
  }, []);
  useShortcuts('shell', [
    {
      keys: 'mod+K',
      label: t('shortcuts.palette'),
      run: () => setOpen('palette'),
      everywhere: true,
    },
    { keys: '?', label: t('shortcuts.show'), run: () => setOpen('shortcuts') },
  ]);
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        {t('skip')}
      </a>
      <Rail me={me} />
      <div className={classes.page}>
        <TopBar me={me} pending={pending} slotRef={setSlot} onSearch={() => setOpen('palette')} />
        <CrumbSlot value={slot}>
          <main id="main" tabIndex={-1} ref={main} className={classes.body}>
            <Outlet />
          </main>
        </CrumbSlot>
      </div>
      <Suspense fallback={null}>
        {open === 'palette' && (
          <Palette onClose={() => setOpen(null)} onShortcuts={() => setOpen('shortcuts')} />
        )}
        {open === 'shortcuts' && <ShortcutsDialog onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  );
}

/** A new page takes the focus, so that the keyboard and a screen reader start at its top. */
function useFocusOnNewPage(): React.RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    if (path) first.current = false;
  }, [path]);
  return main;
}
