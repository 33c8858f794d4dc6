// Fails when a first visit loads more than 250 KiB of compressed JavaScript. Counted is what the start
// page loads by itself: the entry, everything it imports, and the page behind `/`.
import { readFileSync } from 'node:fs';

const BUDGET = 250 * 1024;
const FIRST_PAGE = 'src/features/home/HomePage.tsx';

const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(
  readFileSync(new URL('../node_modules/.manifest.json', import.meta.url), 'utf8'),
);
const seen = new Map();

function load(key) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  if (chunk.file.endsWith('.js'))
    seen.set(chunk.file, readFileSync(`${dist}${chunk.file}.gz`).length);
  for (const other of chunk.imports ?? []) load(other);
}

load('index.html');
if (!manifest[FIRST_PAGE]) throw new Error(`${FIRST_PAGE} is no chunk of its own`);
load(FIRST_PAGE);
let total = 0;
for (const [file, bytes] of [...seen].sort((a, b) => b[1] - a[1])) {
  total += bytes;
  console.log(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${file}`);
}
console.log(
  `${(total / 1024).toFixed(1)} of ${BUDGET / 1024} KiB compressed JavaScript on a first visit`,
);
if (total > BUDGET) process.exit(1);
