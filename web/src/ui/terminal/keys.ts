// Which keys a terminal leaves to the page and the browser.

type Pressed = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/**
 * Shift+Tab always leads out, Tab where no program reads it: no keyboard trap. Ctrl-V pastes, and Ctrl-C copies what is
 * selected. Ctrl-Enter and Ctrl-' are the page's.
 */
export function ownKeys(
  { key, altKey, ctrlKey, metaKey, shiftKey }: Pressed,
  live: boolean,
  selected: { hasSelection: () => boolean },
): boolean {
  if (key === 'Tab') return shiftKey || !live;
  // AltGr, which writes a character, is Ctrl and Alt for some.
  if ((!ctrlKey && !metaKey) || altKey) return false;
  if (key === 'c' && !shiftKey) return selected.hasSelection();
  return key === 'v' || key === 'Enter' || key === "'";
}
