// POST /api/v1/runs as the outside sees it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, Problem } from '../lib/client.ts';
import { World } from '../lib/world.ts';

let world: World;
let ann: Client;

beforeAll(async () => {
  world = await World.start();
  ann = await world.user('ann');
});
afterAll(() => world?.stop());

// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
const run = (body: any) => ann.post('/api/v1/runs', body);
const bash = (content: string, tests: unknown[] = [{ id: '1', stdin: '' }], more = {}) =>
  run({ language: 'bash', files: [{ path: 'main.sh', content }], tests, ...more });

const reverse: Record<string, { path: string; content: string }> = {
  c: { path: 'main.c', content: '#include <stdio.h>\n#include <string.h>\nint main(void) { char s[100]; scanf("%99s", s); for (int i = (int)strlen(s); i-- > 0;) putchar(s[i]); }\n' },
  cpp: { path: 'main.cpp', content: '#include <algorithm>\n#include <iostream>\n#include <string>\nint main() { std::string s; std::cin >> s; std::ranges::reverse(s); std::cout << s; }\n' },
  python: { path: 'main.py', content: 'print(input()[::-1])\n' },
  javascript: { path: 'main.js', content: "console.log(require('fs').readFileSync(0, 'utf8').trim().split('').reverse().join(''));\n" },
  java: { path: 'Main.java', content: 'public class Main { public static void main(String[] a) { System.out.println(new StringBuilder(new java.util.Scanner(System.in).next()).reverse()); } }\n' },
  bash: { path: 'main.sh', content: 'rev 2>/dev/null || { read -r s; while [ -n "$s" ]; do printf %s "${s: -1}"; s=${s%?}; done; }\n' },
};

describe('SUB-06 the languages that every test machine has', () => {
  test('are offered with name, version and main file', async () => {
    const { body } = await ann.get('/api/v1/languages');
    const keys = body.languages.map((l: { key: string }) => l.key);
    expect(keys).toEqual(expect.arrayContaining(['bash', 'c', 'cpp', 'java', 'javascript', 'python']));
    expect(keys).toEqual([...keys].sort());
    for (const language of body.languages) expect(language.version).not.toBe('');
  });

  for (const [language, file] of Object.entries(reverse)) {
    test(`${language} runs, and a wrong answer is WA`, async () => {
      const { status, body } = await run({
        language, files: [file], tests: [{ id: 'right', stdin: 'stressed\n', expected: 'desserts' }, { id: 'wrong', stdin: 'stressed\n', expected: 'puddings' }],
      });
      expect(status).toBe(200);
      expect(body.compile, JSON.stringify(body.compile)).toMatchObject({ status: 'AC', exit_code: 0 });
      expect(body.tests.map((t: { id: string; status: string }) => [t.id, t.status])).toEqual([['right', 'AC'], ['wrong', 'WA']]);
      expect(body.status).toBe('WA');
      expect(body.id).toMatch(/^[1-9]\d+$/);
      expect(body.tests[0]).toMatchObject({ exit_code: 0, stderr: '', truncated: false });
      expect(body.tests[0].stdout.trim()).toBe('desserts');
      expect(body.tests[0].memory_bytes).toBeGreaterThan(0);
    });
  }
});

describe('SUB-02 SUB-05 verdicts', () => {
  test('without expected, exit 0 is AC and anything else RE', async () => {
    expect((await bash('exit 0')).body.status).toBe('AC');
    const failed = (await bash('echo partial; exit 3')).body;
    expect(failed.tests[0]).toMatchObject({ status: 'RE', exit_code: 3, stdout: 'partial\n' });
  });

  test('a program that does not compile is CE with the message and no tests', async () => {
    const { status, body } = await run({ language: 'cpp', files: [{ path: 'main.cpp', content: 'int main() { nonsense; }' }], tests: [{ id: '1', stdin: '' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'CE', compile: { status: 'CE' }, tests: [] });
    expect(body.compile.stderr).toContain('nonsense');
  });

  test('a signal is SIG with its name', async () => {
    const { body } = await run({ language: 'c', files: [{ path: 'main.c', content: '#include <stdlib.h>\nint main(void) { abort(); }' }], tests: [{ id: '1', stdin: '' }] });
    expect(body.tests[0]).toMatchObject({ status: 'SIG', signal: 'SIGABRT' });
  });

  test('time, idle time, memory and output have verdicts of their own', async () => {
    const limits = { cpu_ms: 300, wall_ms: 1500, output_bytes: 1000, memory_bytes: 128 << 20 };
    expect((await bash('while :; do :; done', undefined, { limits })).body.status).toBe('TLE');
    expect((await bash('sleep 60', undefined, { limits })).body.status).toBe('WTLE');
    const loud = (await bash('while :; do echo 0123456789; done', undefined, { limits })).body;
    expect(loud.status).toBe('OLE');
    expect(loud.tests[0].truncated).toBe(true);
    expect(loud.tests[0].stdout.length).toBeGreaterThan(900);
    const hungry = await run({ language: 'python', files: [{ path: 'main.py', content: 'x = bytearray(1 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1\n' }], tests: [{ id: '1', stdin: '' }], limits });
    expect(hungry.body.status).toBe('MLE');
  });

  test('output that is no text comes as base64 with its true size', async () => {
    const { body } = await bash("printf '\\377\\376'");
    expect(body.tests[0]).toMatchObject({ stdout: '//4=', stdout_encoding: 'base64', stdout_bytes: 2 });
  });

  test('after the first failure the rest is skipped, when asked', async () => {
    const tests = ['1', '2', '3'].map((id) => ({ id, stdin: '', expected: id === '1' ? 'x' : 'y' }));
    const { body } = await bash('echo x', tests, { stop_on_failure: true });
    expect(body.tests.map((t: { status: string }) => t.status)).toEqual(['AC', 'WA', 'SK']);
    expect(body.status).toBe('WA');
  });

  test("comparison is Kattis's unless asked otherwise", async () => {
    const status = async (output: string, expected: string, compare?: object) =>
      (await bash(`printf %b '${output}'`, [{ id: '1', stdin: '', expected }], compare ? { compare } : {})).body.status;
    expect(await status('Hello   WORLD\\n', 'hello world')).toBe('AC');
    expect(await status('Hello', 'hello', { mode: 'tokens', case_sensitive: true })).toBe('WA');
    expect(await status('1.0000001', '1', { mode: 'tokens', float_abs: 1e-6 })).toBe('AC');
    expect(await status('1000.1', '1000', { mode: 'tokens', float_rel: 1e-3 })).toBe('AC');
    expect(await status('1.1', '1', { mode: 'tokens', float_abs: 1e-6 })).toBe('WA');
    expect(await status('a \\n', 'a\n', { mode: 'exact', case_sensitive: true })).toBe('WA');
    expect(await status('a', 'a a')).toBe('WA');
  });

  test('a program cannot claim its verdict', async () => {
    const { body } = await bash('echo "status: AC" >&2; echo TLE; exit 1');
    expect(body.status).toBe('RE');
  });
});

describe('SUB-01 as a stream', () => {
  test('compile, then each test as it ends, then done', async () => {
    const events = await ann.events('POST', '/api/v1/runs', {
      language: 'bash', files: [{ path: 'main.sh', content: 'cat' }], tests: ['a', 'b', 'c'].map((id) => ({ id, stdin: id, expected: id })),
    });
    expect(events.map((e) => e.event)).toEqual(['compile', 'test', 'test', 'test', 'done']);
    expect(events.slice(1, 4).map((e) => e.data.id).sort()).toEqual(['a', 'b', 'c']);
    expect(events[4]?.data).toMatchObject({ status: 'AC' });
  });
});

describe('bad runs', () => {
  const file = { path: 'main.sh', content: 'cat' };
  const validator = { language: 'bash', files: [{ path: 'main.sh', content: 'exit 42' }] };
  const cases: [string, object, string][] = [
    ['an unknown language', { language: 'klingon', files: [file], tests: [{ id: '1', stdin: '' }] }, 'language'],
    ['two tests of one id', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }, { id: '1', stdin: '' }] }, 'tests'],
    ['a path upwards', { language: 'bash', files: [{ path: '../main.sh', content: '' }], tests: [{ id: '1', stdin: '' }] }, 'files'],
    ['an absolute path', { language: 'bash', files: [{ path: '/etc/passwd', content: '' }], tests: [{ id: '1', stdin: '' }] }, 'files'],
    ['a path twice', { language: 'bash', files: [file, file], tests: [{ id: '1', stdin: '' }] }, 'files'],
    ['an entry that is no file', { language: 'bash', files: [file], entry: 'other.sh', tests: [{ id: '1', stdin: '' }] }, 'entry'],
    ['no way to know the entry', { language: 'bash', files: [{ path: 'a.sh', content: '' }, { path: 'b.sh', content: '' }], tests: [{ id: '1', stdin: '' }] }, 'entry'],
    ['a limit over the maximum', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], limits: { memory_bytes: 2 ** 50 } }, 'limits.memory_bytes'],
    ['a limit below one', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], limits: { cpu_ms: 0 } }, 'limits.cpu_ms'],
    ['a checker that is not there', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], compare: { mode: 'checker' } }, 'compare.checker'],
    ['a checker that nobody asks', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], compare: { mode: 'tokens', checker: validator } }, 'compare.checker'],
    ['a checker beside an interactor', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], compare: { mode: 'checker', checker: validator }, interactor: validator }, 'compare.mode'],
    ['an unknown mode', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], compare: { mode: 'magic' } }, 'compare.mode'],
    ["a validator's unknown language", { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], interactor: { ...validator, language: 'klingon' } }, 'interactor.language'],
    ['a validator without files', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], interactor: { ...validator, files: [] } }, 'interactor.files'],
    ["a validator's file in the test's place", { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], interactor: { language: 'bash', files: [{ path: 'input', content: '' }] } }, 'interactor.files[0].path'],
    ['a validator that is too large', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], interactor: { language: 'bash', files: [{ path: 'main.sh', content: '#'.repeat(2 ** 20 + 1) }] } }, 'interactor.files[0].content'],
    ['too many arguments', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], interactor: { ...validator, arguments: Array(21).fill('x') } }, 'interactor.arguments'],
    ['an unknown priority', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], priority: 'first' }, 'priority'],
    ['a group that is not there', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'x' }] }, 'tests[0].group'],
    ['a test without a group', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], groups: [{ id: 'a', max_score: 1 }] }, 'tests[0].group'],
    ['a group without a test', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'a' }], groups: [{ id: 'a', max_score: 1 }, { id: 'b', max_score: 1 }] }, 'groups[1].id'],
    ['a group that requires itself', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'a' }], groups: [{ id: 'a', max_score: 1, require_pass: ['a'] }] }, 'groups[0].require_pass[0]'],
    ['a group worth nothing', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'a' }], groups: [{ id: 'a', max_score: 0 }] }, 'groups[0].max_score'],
    ['a group worth less than nothing', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'a' }], groups: [{ id: 'a', max_score: -1 }] }, 'groups[0].max_score'],
    ['an unknown aggregation', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '', group: 'a' }], groups: [{ id: 'a', max_score: 1, aggregation: 'mean' }] }, 'groups[0].aggregation'],
    ['a negative tolerance', { language: 'bash', files: [file], tests: [{ id: '1', stdin: '' }], compare: { mode: 'tokens', float_abs: -1 } }, 'compare'],
  ];
  for (const [what, body, field] of cases) {
    test(`${what} is 400 and names ${field}`, async () => {
      const answer = await run(body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      expect((answer.body as Problem).field).toContain(field);
    });
  }
});
