// A picture before it is sent: is it one, is it small enough, and its bytes as the contract wants them.

export const PICTURE_MAX = 512 * 1024;

const begins = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

/** By its first bytes: a name or a browser's word says little. */
export function isPicture(bytes: Uint8Array): boolean {
  const png = begins(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const jpeg = begins(bytes, 0xff, 0xd8, 0xff);
  const webp =
    begins(bytes, 0x52, 0x49, 0x46, 0x46) && begins(bytes.subarray(8), 0x57, 0x45, 0x42, 0x50);
  return png || jpeg || webp;
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: an argument list has a limit.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
