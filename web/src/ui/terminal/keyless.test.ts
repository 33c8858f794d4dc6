// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { onKeyless } from './keyless';

test('text without a key is taken, once; what a key or a composition writes is not', () => {
  const field = document.createElement('textarea');
  const taken: string[] = [];
  onKeyless(field, (text) => taken.push(text));
  const input = (data: string, more = {}): boolean =>
    field.dispatchEvent(new InputEvent('input', { inputType: 'insertText', data, ...more }));
  input('🙂');
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
  input('a');
  field.dispatchEvent(new KeyboardEvent('keyup', { key: 'a' }));
  input('ê', { isComposing: true });
  input('には', { inputType: 'insertCompositionText' });
  input('dictated');
  expect(taken).toEqual(['🙂', 'dictated']);
});
