// Writes src/api/schema.d.ts from the OpenAPI document that the contract compiler made:
//   npm run api [-- PATH]      PATH, else $OPENAPI, else the newest under ../build/*/
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const web = fileURLToPath(new URL('..', import.meta.url));
const built = globSync('../build/*/generated/contract/openapi.json', { cwd: web })
  .map((path) => `${web}${path}`)
  .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
const source = process.argv[2] ?? process.env.OPENAPI ?? built[0];

if (!source || !existsSync(source)) {
  console.error('No openapi.json. Build it first: `ninja -C build/dev openapi`, or give its path.');
  process.exit(1);
}
const types = astToString(await openapiTS(pathToFileURL(source)));
mkdirSync(`${web}src/api`, { recursive: true });
writeFileSync(`${web}src/api/schema.d.ts`, `// Made by \`npm run api\`. Do not edit.\n${types}`);
console.log(`src/api/schema.d.ts from ${source}`);
