import { expect, test } from 'vitest';
import { isPicture, toBase64 } from './picture';

test('a picture is told by its first bytes', () => {
  expect(isPicture(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1))).toBe(true);
  expect(isPicture(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe(true);
  expect(isPicture(new TextEncoder().encode('RIFF1234WEBPVP8 '))).toBe(true);
  expect(isPicture(new TextEncoder().encode('RIFF1234WAVE'))).toBe(false);
  expect(isPicture(new TextEncoder().encode('<svg onload="x">'))).toBe(false);
  expect(isPicture(new Uint8Array())).toBe(false);
});

test('bytes of any length become base64', () => {
  for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 20_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});
