// Problems in the Kattis problem package format (2025-09), as far as ours use it, and the runs that judge them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

const languages: Record<string, string> = { '.py': 'python', '.cpp': 'cpp', '.c': 'c', '.java': 'java', '.js': 'javascript', '.sh': 'bash' };

type Settings = Record<string, string | string[]>;

// Lines "name: value" and "name: [a, b]"; our own files have no more of YAML than that.
function settings(path: string): Settings {
  if (!existsSync(path)) return {};
  const out: Settings = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, name, value] = /^\s*(\w+):\s*(.+)$/.exec(line) ?? [];
    if (!name || value === undefined) continue;
    out[name] = value.startsWith('[') ? value.slice(1, -1).split(',').map((word) => word.trim()) : value;
  }
  return out;
}

const list = (value: string | string[] | undefined) => (Array.isArray(value) ? value : value ? [value] : []);

// The tests of one folder, in the order of their names.
function tests(folder: string) {
  return readdirSync(folder).filter((name) => name.endsWith('.in')).sort().map((name) => ({
    id: `${basename(folder)}/${name.slice(0, -3)}`,
    stdin: readFileSync(join(folder, name), 'utf8'),
    expected: readFileSync(join(folder, `${name.slice(0, -3)}.ans`), 'utf8'),
  }));
}

function program(folder: string, names: string[], args: string[] = []) {
  const files = names.map((name) => ({ path: name, content: readFileSync(join(folder, name), 'utf8') }));
  return { language: languages[extname(names[0] as string)] as string, files, ...(args.length ? { arguments: args } : {}) };
}

// How outputs are judged: by the default comparison, by a checker, or by an interactor.
function judging(folder: string, type: string) {
  const args = list(settings(join(folder, 'data/test_group.yaml')).output_validator_args);
  const own = join(folder, 'output_validator');
  if (existsSync(own)) {
    const validator = program(own, readdirSync(own), args);
    return type === 'interactive' ? { interactor: validator } : { compare: { mode: 'checker', checker: validator } };
  }
  const tolerance = args[args.indexOf('float_tolerance') + 1];
  return args.includes('float_tolerance') ? { compare: { mode: 'tokens', float_abs: Number(tolerance), float_rel: Number(tolerance) } } : {};
}

// The groups of a scoring problem with their tests; else all tests, samples first.
function testData(folder: string, type: string) {
  const secret = join(folder, 'data/secret');
  if (type !== 'scoring') return { tests: [...tests(join(folder, 'data/sample')), ...tests(secret)] };
  const ids = readdirSync(secret, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return {
    tests: ids.flatMap((id) => tests(join(secret, id)).map((test) => ({ ...test, group: id }))),
    groups: ids.map((id) => {
      const of = settings(join(secret, id, 'test_group.yaml'));
      return {
        id, max_score: Number(of.max_score), aggregation: String(of.score_aggregation).replace('-', '_'), require_pass: list(of.require_pass),
      };
    }),
  };
}

export interface Submission {
  name: string;
  verdicts: string[]; // any of these is right
  score?: number;
  request: object;
}

const verdicts: Record<string, string[]> = {
  accepted: ['AC'], wrong_answer: ['WA'], time_limit_exceeded: ['TLE', 'WTLE'], run_time_error: ['RE', 'SIG'], brute_force: ['TLE'],
};

// "accepted/count.py: {score: 100}"
function scores(folder: string): Map<string, number> {
  const path = join(folder, 'submissions/submissions.yaml');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return new Map(lines.flatMap((line) => {
    const [, name, score] = /^(\S+): \{score: (\d+)\}$/.exec(line) ?? [];
    return name ? [[name, Number(score)] as const] : [];
  }));
}

export function submissions(folder: string): Submission[] {
  const problem = settings(join(folder, 'problem.yaml'));
  const type = String(problem.type);
  const cpu_ms = Number(problem.time_limit) * 1000;
  const common = { ...testData(folder, type), ...judging(folder, type), limits: { cpu_ms, wall_ms: 4 * cpu_ms } };
  const worth = scores(folder);
  return readdirSync(join(folder, 'submissions'), { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) in languages).sort().map((name) => {
    const folderOf = join(folder, 'submissions', dirname(name));
    const score = worth.get(name);
    return {
      name, verdicts: verdicts[dirname(name)] as string[], ...(score === undefined ? {} : { score }),
      request: { ...program(folderOf, [basename(name)]), ...common, priority: 'judge' },
    };
  });
}
