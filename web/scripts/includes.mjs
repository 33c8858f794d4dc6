// Who may import whom: features import api, lib and ui, never each other; lib and ui know no feature;
// ui makes no request.
import { globSync, readFileSync } from 'node:fs';

const src = new URL('../src/', import.meta.url).pathname;
const wrong = [];
for (const file of globSync('**/*.{ts,tsx}', { cwd: src })) {
  const [area, feature] = file.split('/');
  for (const [, target] of readFileSync(src + file, 'utf8').matchAll(/from '@\/([^']+)'/g)) {
    const [to, toFeature] = target.split('/');
    const other = to === 'features' && !(area === 'features' && feature === toFeature);
    if (other && (area === 'features' || area === 'lib' || area === 'ui'))
      wrong.push(`${file} imports ${target}: features stand alone`);
    if (area === 'ui' && (target === 'lib/http' || target === 'lib/queries'))
      wrong.push(`${file} imports ${target}: ui makes no request`);
    if (area === 'lib' && to === 'ui') wrong.push(`${file} imports ${target}: lib draws nothing`);
  }
}
for (const line of wrong) console.error(line);
process.exit(wrong.length > 0 ? 1 : 0);
