import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { Size } from '@/lib/liveRun';
import { onKeyless } from './keyless';
import { ownKeys } from './keys';
import classes from './Terminal.module.css';
import { terminalTheme, whenThemeChanges } from './theme';

export interface TerminalHandle {
  write: (output: string | Uint8Array) => void;
  /** As new: no text, no modes that a program left behind. */
  reset: () => void;
  focus: () => void;
  size: () => Size;
}

interface TerminalProps {
  ref: Ref<TerminalHandle>;
  /** Of what is typed into. */
  label: string;
  /** A program reads the keys; else Tab goes on in the page. */
  live: boolean;
  onInput: (text: string) => void;
  onResize: (size: Size) => void;
}

const FONT_SIZE = 13.5; // as the editor's
const CURSOR = '\x1b[?25h';
const NO_CURSOR = '\x1b[?25l';

/** Brings xterm.js along: only to be had from a chunk that is loaded when it is wanted. */
export function Terminal({ ref, ...props }: TerminalProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const terminal = useRef<Xterm>(null);
  const latest = useRef(props);
  latest.current = props;
  const { label, live } = props;

  useImperativeHandle(ref, () => ({
    write: (output) => terminal.current?.write(output),
    reset: () => terminal.current?.reset(),
    focus: () => {
      terminal.current?.focus();
      // In a text it may be below the edge, where it does not even draw.
      host.current?.scrollIntoView({ block: 'nearest' });
    },
    size: () => ({ rows: terminal.current?.rows ?? 24, columns: terminal.current?.cols ?? 80 }),
  }));

  useEffect(() => {
    if (!host.current) return;
    const made = make();
    terminal.current = made;
    made.onData((text) => latest.current.onInput(text));
    made.onResize(({ rows, cols }) => latest.current.onResize({ rows, columns: cols }));
    made.attachCustomKeyEventHandler((event) => !ownKeys(event, latest.current.live, made));
    const stop = show(made, host.current, (field) => {
      field.setAttribute('aria-label', latest.current.label);
      onKeyless(field, (text) => made.input(text));
    });
    return () => {
      stop();
      made.dispose();
      terminal.current = null;
    };
  }, []);
  useEffect(() => {
    terminal.current?.textarea?.setAttribute('aria-label', label);
  }, [label]);
  useEffect(() => {
    if (!terminal.current) return;
    terminal.current.options.disableStdin = !live;
    terminal.current.write(live ? CURSOR : NO_CURSOR);
  }, [live]);

  return (
    <div className={classes.terminal}>
      <div ref={host} className={classes.host} />
    </div>
  );
}

const make = (): Xterm =>
  new Xterm({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: FONT_SIZE,
    lineHeight: 1.25,
    theme: terminalTheme(),
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    cursorInactiveStyle: 'outline',
    scrollback: 5000,
    disableStdin: true,
    // A program's links lead nowhere: what it prints is not the page's.
    linkHandler: { activate: () => {} },
  });

/** Opens it once its font can be measured, and keeps its size and colours. Gives what ends that. */
function show(
  terminal: Xterm,
  host: HTMLElement,
  opened: (field: HTMLTextAreaElement) => void,
): () => void {
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  // Where it is hidden it has no size, and keeps the one it had.
  const sizes = new ResizeObserver(() => host.clientWidth > 0 && fit.fit());
  let gone = false;
  void document.fonts.load(`${FONT_SIZE}px ${terminal.options.fontFamily}`).finally(() => {
    if (gone) return;
    terminal.open(host);
    if (terminal.textarea) opened(terminal.textarea);
    sizes.observe(host);
  });
  const colours = whenThemeChanges(() => {
    terminal.options.theme = terminalTheme();
  });
  return () => {
    gone = true;
    sizes.disconnect();
    colours();
  };
}
