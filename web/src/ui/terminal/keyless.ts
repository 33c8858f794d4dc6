/**
 * Text that comes without a key: dictation, the choice of an emoji, some keyboards of phones. For screen readers' sake
 * xterm.js leaves it where it is. All that has a key is its own.
 */
export function onKeyless(field: HTMLElement, take: (text: string) => void): void {
  let pressed = false;
  field.addEventListener('keydown', () => {
    pressed = true;
  });
  for (const end of ['keyup', 'blur'])
    field.addEventListener(end, () => {
      pressed = false;
    });
  field.addEventListener('input', (event) => {
    const { inputType, data, isComposing } = event as InputEvent;
    if (!pressed && !isComposing && inputType === 'insertText' && data) take(data);
  });
}
