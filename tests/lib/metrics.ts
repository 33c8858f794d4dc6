// Reads Prometheus' text format, strictly: what a scraper would stumble over is an error.
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function parseMetrics(text: string): Sample[] {
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const samples: Sample[] = [];
  if (!text.endsWith('\n')) throw new Error('no line feed at the end');
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment?.[1] === 'TYPE') {
      if (types.has(comment[2] ?? '')) throw new Error(`two types: ${line}`);
      if (!/^(counter|gauge|histogram|summary)$/.test(comment[3] ?? '')) throw new Error(`what type? ${line}`);
      types.set(comment[2] ?? '', comment[3] ?? '');
    }
    if (comment) continue;
    const [, name = '', labelText = '', value = ''] =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\[\\n"])*",?)*)\})? (NaN|[+-]Inf|[-+0-9.e]+)$/.exec(line) ?? [];
    if (!name) throw new Error(`no sample: ${line}`);
    if (seen.has(`${name}{${labelText}}`)) throw new Error(`twice: ${line}`);
    seen.add(`${name}{${labelText}}`);
    const family = name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(name) && types.get(family) !== 'histogram') throw new Error(`no type: ${line}`);
    if (types.get(name) === 'counter' && !name.endsWith('_total')) throw new Error(`a counter not called _total: ${line}`);
    const labels = Object.fromEntries([...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]));
    samples.push({ name, labels, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) });
  }
  checkHistograms(samples, [...types].filter(([, type]) => type === 'histogram').map(([name]) => name));
  return samples;
}

// Buckets rise with le, and the last of them, +Inf, is the count.
function checkHistograms(samples: Sample[], names: string[]): void {
  for (const name of names) {
    const series = new Map<string, Sample[]>();
    for (const sample of samples.filter((s) => s.name === `${name}_bucket`)) {
      const { le: _, ...rest } = sample.labels;
      const id = JSON.stringify(rest);
      series.set(id, [...(series.get(id) ?? []), sample]);
    }
    for (const [id, buckets] of series) {
      const counts = buckets.map((bucket) => bucket.value);
      const count = samples.find((s) => s.name === `${name}_count` && JSON.stringify(s.labels) === id);
      const sorted = counts.every((value, index) => index === 0 || value >= (counts[index - 1] as number));
      if (!sorted || buckets.at(-1)?.labels.le !== '+Inf' || count?.value !== counts.at(-1)) throw new Error(`${name}${id} is no histogram`);
    }
  }
}

// The sum of all series of a name whose labels include these.
export function total(samples: Sample[], name: string, labels: Record<string, string> = {}): number {
  const fits = (sample: Sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
  return samples.filter(fits).reduce((sum, sample) => sum + sample.value, 0);
}
