// A terminal's colours are the design tokens. It draws by itself, so it is told them anew when they change.
import type { ITheme } from '@xterm/xterm';

const TOKENS = {
  background: '--surface',
  foreground: '--text',
  cursor: '--accent',
  cursorAccent: '--on-accent',
  selectionBackground: '--accent-line',
  black: '--term-black',
  red: '--bad',
  green: '--ok',
  yellow: '--warn',
  blue: '--info',
  magenta: '--code-key',
  cyan: '--term-cyan',
  white: '--term-white',
  brightBlack: '--faint',
  brightRed: '--bad',
  brightGreen: '--ok',
  brightYellow: '--warn',
  brightBlue: '--info',
  brightMagenta: '--code-key',
  brightCyan: '--term-cyan',
  brightWhite: '--on-accent',
  scrollbarSliderBackground: '--line',
  scrollbarSliderHoverBackground: '--line-strong',
  scrollbarSliderActiveBackground: '--line-strong',
} satisfies Partial<Record<keyof ITheme, string>>;

export function terminalTheme(): ITheme {
  const tokens = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, tokens.getPropertyValue(token).trim()]),
  );
}

/** Gives what ends it. */
export function whenThemeChanges(then: () => void): () => void {
  const observer = new MutationObserver(then);
  observer.observe(document.documentElement, {
    attributeFilter: ['data-mantine-color-scheme'],
  });
  return () => observer.disconnect();
}
