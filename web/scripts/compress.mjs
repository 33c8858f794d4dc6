// Puts a .gz beside each text file of dist/, for the server to send as it is, and takes away what is not for
// visitors: the manifest, which scripts/size.mjs reads.
import {
  existsSync,
  globSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = `${dist}.vite/manifest.json`;
if (existsSync(manifest)) {
  renameSync(manifest, new URL('../node_modules/.manifest.json', import.meta.url).pathname);
  rmSync(`${dist}.vite`, { recursive: true });
}
const texts = globSync('**/*.{html,js,css,svg,json,txt,map}', { cwd: dist });
let before = 0;
let after = 0;
for (const name of texts) {
  if (!statSync(dist + name).isFile()) continue;
  const raw = readFileSync(dist + name);
  const small = gzipSync(raw, { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(`${dist}${name}.gz`, small);
  before += raw.length;
  after += small.length;
}
const kib = (n) => `${Math.round(n / 1024)} KiB`;
console.log(`${texts.length} files compressed: ${kib(before)} to ${kib(after)}`);
