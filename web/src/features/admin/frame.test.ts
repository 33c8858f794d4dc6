// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { framed } from './frame';

test('every link of a mail opens in the whole window', () => {
  const html = framed(
    '<p>Hello <a href="http://x/confirm">open</a> <a href="/b" target="_blank">b</a></p>',
  );
  expect(html).toContain('<a href="http://x/confirm" target="_top">open</a>');
  expect(html).toContain('<a href="/b" target="_top">b</a>');
  expect(html).toContain('Hello');
});
