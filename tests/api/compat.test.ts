// The APIs of Jobe, Judge0 and Piston (docs/compatibility.md), with requests as their public documentation gives them.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import type { Client } from '../lib/client.ts';
import { password, World } from '../lib/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

const jobe = '/jobe/index.php/restapi';

let world: World;
let key: string; // may run
let narrow: string; // may not
let stranger: string;

beforeAll(async () => {
  world = await World.start({ settings: ['--runner.jobe=true', '--runner.judge0=true', '--runner.piston=true'] });
  await world.account('ann');
  await world.account('bob');
  const token = async (name: string, scope: string) => (await world.token(name, scope)).bearer.slice('Bearer '.length);
  key = await token('ann', 'run');
  narrow = await token('ann', 'learn');
  stranger = await token('bob', 'run');
});
afterAll(() => world?.stop());

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, url = world.server.url): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

const toJobe = (method: string, path: string, body?: unknown, token = key) => send(method, jobe + path, body, { 'x-api-key': token });
const runJobe = (spec: unknown) => toJobe('POST', '/runs', { run_spec: spec });
const toJudge0 = (method: string, path: string, body?: unknown) => send(method, `/judge0${path}`, body, { 'x-auth-token': key });
const submit = (body: unknown, query = 'wait=true') => toJudge0('POST', `/submissions?${query}`, body);
const toPiston = (method: string, path: string, body?: unknown) => send(method, `/api/v2${path}`, body, { authorization: key });
const execute = (body: unknown) => toPiston('POST', '/execute', body);

describe('SUB-06 Jobe, as CodeRunner speaks it', () => {
  test('tells its languages as pairs', async () => {
    const { status, body } = await toJobe('GET', '/languages');
    expect(status).toBe(200);
    expect(body.map((pair: string[]) => pair[0])).toEqual(expect.arrayContaining(['c', 'cpp', 'java', 'nodejs', 'python3']));
    for (const pair of body) expect(pair).toEqual([expect.any(String), expect.stringMatching(/^\d+\.\d+/)]);
  });

  const hello: Record<string, [string, string]> = {
    c: ['__tester__.c', '#include <stdio.h>\nint main(void) {\n  char line[100];\n  if (!fgets(line, sizeof line, stdin)) return 1;\n  printf("%s", line);\n}\n'],
    cpp: ['__tester__.cpp', '#include <iostream>\n#include <string>\nint main() {\n  std::string line;\n  std::getline(std::cin, line);\n  std::cout << line << std::endl;\n}\n'],
    python3: ['__tester__.python3', 'print(input())\n'],
    nodejs: ['__tester__.nodejs', "process.stdout.write(require('fs').readFileSync(0, 'utf8'));\n"],
    java: [
      'NO_PUBLIC_CLASS_FOUND.java',
      'class Echo {\n  public static void main(String[] args) {\n    System.out.println(new java.util.Scanner(System.in).nextLine());\n  }\n}\n',
    ],
  };
  for (const [language, [name, source]] of Object.entries(hello)) {
    test(`runs ${language} under the name that CodeRunner gives it`, async () => {
      const { status, body } = await runJobe({
        language_id: language,
        sourcecode: source,
        sourcefilename: name,
        input: 'Hello there\n',
        file_list: [],
        parameters: { cputime: 10, memorylimit: 0, jobeserver: 'ignored.example' },
      });
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body).toEqual({ run_id: expect.any(String), outcome: 15, cmpinfo: '', stdout: 'Hello there\n', stderr: '' });
    });
  }

  test('each end has its outcome', async () => {
    const python = async (sourcecode: string, parameters = {}) => (await runJobe({ language_id: 'python3', sourcecode, parameters })).body;
    expect(await python('data = [1, 2]\nprint(data[2])')).toMatchObject({ outcome: 12, stderr: expect.stringContaining('IndexError') });
    expect(await python('import sys\nprint("said", file=sys.stderr)')).toMatchObject({ outcome: 12, stderr: 'said\n' });
    expect(await python('print(1)\nraise SystemExit(3)')).toMatchObject({ outcome: 12, stdout: '1\n' });
    expect(await python('while True: pass', { cputime: 1 })).toMatchObject({ outcome: 13, stderr: '' });
    expect(await python('x = bytearray(500 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1', { memorylimit: 100 })).toMatchObject({ outcome: 17 });
    expect(await python('import sys\nsys.stdout.buffer.write(b"\\xff\\n")')).toMatchObject({ outcome: 15, stdout: '\\xff\n' });
  });

  test('a warning of C is an error, as in Jobe, unless the question says otherwise', async () => {
    const run_spec = { language_id: 'c', sourcecode: 'int main(void) { int unused; return 0; }\n' };
    const strict = (await runJobe(run_spec)).body;
    expect(strict).toMatchObject({ outcome: 11, stdout: '' });
    expect(strict.cmpinfo).toContain('unused');
    const parameters = { compileargs: ['-Wall', '-std=c11', '-x c'], linkargs: ['-lm'] };
    expect((await runJobe({ ...run_spec, sourcefilename: '__tester__.c', parameters })).body).toMatchObject({ outcome: 15 });
  });

  test('arguments reach the program as they are', async () => {
    const { body } = await runJobe({
      language_id: 'python3',
      sourcecode: 'import sys\nfor arg in sys.argv[1:]:\n    print(arg)\n',
      sourcefilename: 'test.py',
      parameters: { runargs: ['Arg1', '$(id); "x"'] },
    });
    expect(body).toMatchObject({ outcome: 15, stdout: 'Arg1\n$(id); "x"\n' });
  });

  test('a file is put when a run says 404, and is its user’s alone', async () => {
    const content = 'The first line\nThe second\n';
    const id = createHash('md5').update(content).digest('hex');
    const run = { run_spec: { language_id: 'python3', sourcecode: 'print(open("data.txt").read(), end="")', file_list: [[id, 'data.txt']] } };
    expect((await toJobe('POST', '/runs', run)).status).toBe(404);
    expect((await toJobe('HEAD', `/files/${id}`)).status).toBe(404);
    const file = { file_contents: Buffer.from(content).toString('base64') };
    expect((await toJobe('PUT', `/files/${id}`, file)).status).toBe(204);
    expect((await toJobe('HEAD', `/files/${id}`)).status).toBe(204);
    expect((await toJobe('POST', '/runs', run)).body).toMatchObject({ outcome: 15, stdout: content });
    expect((await toJobe('HEAD', `/files/${id}`, undefined, stranger)).status).toBe(404);
    expect((await toJobe('POST', '/runs', run, stranger)).status).toBe(404);
  });

  const spec = { language_id: 'python3', sourcecode: 'print(1)' };
  const bad: [string, string, unknown, number, string][] = [
    ['no JSON', '/runs', '{"run_spec":', 400, 'JSON object'],
    ['no run_spec', '/runs', {}, 400, 'No run_spec'],
    ['no source', '/runs', { run_spec: { language_id: 'c' } }, 400, "'sourcecode'"],
    ['no language', '/runs', { run_spec: { sourcecode: 'x' } }, 400, "'language_id'"],
    ['an unknown language', '/runs', { run_spec: { ...spec, language_id: 'klingon' } }, 400, 'klingon'],
    ['a path as its name', '/runs', { run_spec: { ...spec, sourcefilename: '../x.py' } }, 400, 'sourcefilename'],
    ['a path as a file', '/runs', { run_spec: { ...spec, file_list: [['12345678', '../x']] } }, 400, 'file_list'],
    ['an id with a path', '/runs', { run_spec: { ...spec, file_list: [['../../12345', 'x']] } }, 400, 'file_list'],
    ['too much time', '/runs', { run_spec: { ...spec, parameters: { cputime: 151 } } }, 400, 'cputime'],
    ['too much memory', '/runs', { run_spec: { ...spec, parameters: { memorylimit: 1_000_000 } } }, 400, 'memorylimit'],
    ['a limit that is no number', '/runs', { run_spec: { ...spec, parameters: { cputime: '5; id' } } }, 400, 'cputime'],
    ['options of the interpreter', '/runs', { run_spec: { ...spec, parameters: { interpreterargs: ['-c "print(1)"'] } } }, 400, 'interpreterargs'],
    ['options that name a file', '/runs', { run_spec: { ...spec, language_id: 'c', parameters: { compileargs: ['-o /w/x'] } } }, 400, 'compileargs'],
    ['a plugin for the linker', '/runs', { run_spec: { ...spec, language_id: 'c', parameters: { linkargs: ['-Wl,-plugin,x'] } } }, 400, 'linkargs'],
    ['too many arguments', '/runs', { run_spec: { ...spec, parameters: { runargs: Array(21).fill('x') } } }, 400, 'runargs[20]'],
    ['too large an input', '/runs', { run_spec: { ...spec, input: 'x'.repeat(1_100_000) } }, 400, 'input'],
    ['a file without an id', '/files', { file_contents: '' }, 403, 'id'],
  ];
  for (const [what, path, body, status, text] of bad) {
    test(`${what} is ${status} and tells why`, async () => {
      const answer = await toJobe('POST', path, body);
      expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(text)]);
    });
  }

  test('a bad file is 400, a body beyond all limits 413', async () => {
    expect((await toJobe('PUT', '/files/12345678', {})).status).toBe(400);
    expect((await toJobe('PUT', '/files/12345678', { file_contents: 'no base64!' })).status).toBe(400);
    expect((await toJobe('PUT', '/files/short', { file_contents: '' })).status).toBe(400);
    expect((await toJobe('PUT', '/files/12345678', { file_contents: 'A'.repeat(5 << 20) })).status).toBe(413);
  });
});

describe('SUB-06 Judge0', () => {
  const source = '#include <stdio.h>\n\nint main(void) {\n  char name[10];\n  scanf("%s", name);\n  printf("hello, %s\\n", name);\n  return 0;\n}';

  test('a submission that is waited for has its result in the answer', async () => {
    const { status, body } = await submit({
      source_code: source,
      language_id: '50',
      number_of_runs: '1',
      stdin: 'Judge0',
      expected_output: 'hello, Judge0',
      cpu_time_limit: '1',
      cpu_extra_time: '0.5',
      wall_time_limit: '5',
      memory_limit: '128000',
      stack_limit: '64000',
      enable_per_process_and_thread_time_limit: false,
      enable_per_process_and_thread_memory_limit: false,
      max_file_size: '1024',
    });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toEqual({
      stdout: 'hello, Judge0\n',
      time: expect.stringMatching(/^\d+\.\d{3}$/),
      memory: expect.any(Number),
      stderr: null,
      token: expect.stringMatching(/./),
      compile_output: expect.toSatisfy((said: unknown) => said === null || typeof said === 'string'),
      message: null,
      status: { id: 3, description: 'Accepted' },
    });
  });

  test('texts go to and fro as Base64', async () => {
    const { body } = await submit(
      { source_code: Buffer.from(source).toString('base64'), language_id: 50, stdin: 'SnVkZ2Uw' },
      'base64_encoded=true&wait=true&fields=stdout,status_id',
    );
    expect(body).toEqual({ stdout: Buffer.from('hello, Judge0\n').toString('base64'), status_id: 3 });
  });

  test('output that is no text is told, or comes as Base64', async () => {
    const job = { language_id: 71, source_code: 'import sys\nsys.stdout.buffer.write(b"\\xfe")' };
    expect((await submit(job)).body).toMatchObject({ token: expect.any(String), error: expect.stringContaining('use base64_encoded=true') });
    const encoded = { ...job, source_code: Buffer.from(job.source_code).toString('base64') };
    expect((await submit(encoded, 'wait=true&base64_encoded=true')).body).toMatchObject({ stdout: '/g==' });
  });

  test('each end has its status', async () => {
    const of = async (language_id: number, source_code: string, more = {}) => (await submit({ language_id, source_code, ...more }, 'wait=true&fields=*')).body;
    expect(await of(46, 'echo no', { expected_output: 'yes' })).toMatchObject({ status: { id: 4, description: 'Wrong Answer' } });
    expect(await of(46, 'printf "a  \\nb\\n\\n"', { expected_output: 'a\nb' })).toMatchObject({ status: { id: 3 } });
    expect(await of(46, 'echo Yes', { expected_output: 'yes' })).toMatchObject({ status: { id: 4 } });
    expect(await of(46, 'while :; do :; done', { cpu_time_limit: 0.3 })).toMatchObject({ status: { id: 5 }, message: 'Time limit exceeded' });
    expect(await of(50, 'int main(void) { nonsense; }')).toMatchObject({ status: { id: 6 }, time: null, stdout: null, compile_output: expect.stringContaining('nonsense') });
    expect(await of(50, '#include <stdlib.h>\nint main(void) { abort(); }')).toMatchObject({ status: { id: 10 }, exit_signal: 6 });
    expect(await of(46, 'exit 3')).toMatchObject({ status: { id: 11, description: 'Runtime Error (NZEC)' }, exit_code: 3, message: 'Exited with error status 3' });
  });

  test('options of the compiler and arguments of the program are words', async () => {
    const code = '#include <stdio.h>\nint main(int argc, char** argv) { printf("%d %s %d\\n", argc, argv[1], N); }';
    expect((await submit({ source_code: code, language_id: 50, compiler_options: '-DN=42 -O1', command_line_arguments: 'one two' })).body.stdout).toBe('3 one 42\n');
  });

  test('languages and statuses have their numbers', async () => {
    const languages: { id: number; name: string }[] = (await toJudge0('GET', '/languages')).body;
    expect(languages.map((l) => l.id)).toEqual(expect.arrayContaining([46, 50, 54, 62, 63, 71]));
    expect(languages.find((l) => l.id === 71)?.name).toMatch(/^Python \(3\.\d+\.\d+\)$/);
    expect((await toJudge0('GET', '/languages/71')).body).toMatchObject({ id: 71, is_archived: false, source_file: 'main.py' });
    expect((await toJudge0('GET', '/languages/1')).status).toBe(404);
    const statuses = (await toJudge0('GET', '/statuses')).body;
    expect(statuses).toHaveLength(14);
    expect(statuses[2]).toEqual({ id: 3, description: 'Accepted' });
  });

  test('only who waits is served', async () => {
    for (const query of ['', 'wait=false', 'base64_encoded=false']) {
      const { status, body } = await submit({ source_code: 'echo', language_id: 46 }, query);
      expect([status, body.error]).toEqual([400, expect.stringContaining('wait=true')]);
    }
    expect((await toJudge0('POST', '/submissions/batch?wait=true', { submissions: [] })).status).toBe(400);
    expect((await toJudge0('GET', '/submissions/d85cd024-1548-4165-96c7-7bc88673f194')).status).toBe(404);
  });

  const job = { source_code: 'echo', language_id: 46 };
  const bad: [string, unknown, string][] = [
    ['no source', { language_id: 46 }, 'source_code'],
    ['no language', { source_code: 'x' }, 'language_id'],
    ['an unknown language', { ...job, language_id: 150000 }, 'language_id'],
    ['too much time', { ...job, wall_time_limit: 100000 }, 'wall_time_limit'],
    ['no time', { ...job, cpu_time_limit: 0 }, 'cpu_time_limit'],
    ['too much memory', { ...job, memory_limit: 1e12 }, 'memory_limit'],
    ['the network', { ...job, enable_network: true }, 'enable_network'],
    ['a callback', { ...job, callback_url: 'http://127.0.0.1/' }, 'callback_url'],
    ['an archive', { ...job, additional_files: 'UEsDBA==' }, 'additional_files'],
    ['a command in its arguments', { ...job, command_line_arguments: '$(id)' }, 'command_line_arguments'],
    ['an option that names a file', { ...job, language_id: 50, compiler_options: '-include /etc/passwd' }, 'compiler_options'],
    ['too large an input', { ...job, stdin: 'x'.repeat(1_100_000) }, 'stdin'],
  ];
  for (const [what, body, field] of bad) {
    test(`${what} is 422 and names ${field}`, async () => {
      const answer = await submit(body);
      expect([answer.status, answer.body]).toEqual([422, { [field]: [expect.any(String)] }]);
    });
  }

  test('bad Base64, bad JSON and unknown fields are refused', async () => {
    expect((await submit({ ...job, stdin: '???' }, 'wait=true&base64_encoded=true')).body).toEqual({ stdin: ['is not Base64'] });
    expect((await submit('[')).status).toBe(400);
    expect((await submit(job, 'wait=true&fields=secret')).body).toEqual({ error: 'invalid fields: [secret]' });
  });
});

describe('SUB-06 Piston', () => {
  const runtimes = async (): Promise<{ language: string; version: string; aliases: string[] }[]> => (await toPiston('GET', '/runtimes')).body;

  test('tells its runtimes with versions and aliases', async () => {
    const all = await runtimes();
    expect(all.find((r) => r.language === 'bash')).toMatchObject({ aliases: ['sh'], version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(all.find((r) => r.language === 'javascript')).toMatchObject({ aliases: expect.arrayContaining(['js', 'node-js']), runtime: 'node' });
  });

  test('executes the example of its documentation', async () => {
    const version = (await runtimes()).find((r) => r.language === 'javascript')?.version;
    const { status, body } = await execute({
      language: 'js',
      version,
      files: [{ name: 'my_cool_code.js', content: 'console.log(process.argv.slice(2))' }],
      stdin: '',
      args: ['1', '2', '3'],
      compile_timeout: 10000,
      run_timeout: 3000,
      compile_memory_limit: -1,
      run_memory_limit: -1,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    const output = "[ '1', '2', '3' ]\n";
    expect(body).toMatchObject({ language: 'javascript', version, run: { stdout: output, stderr: '', output, code: 0, signal: null, message: null, status: null } });
    expect(body.run).toMatchObject({ cpu_time: expect.any(Number), wall_time: expect.any(Number), memory: expect.any(Number) });
    expect(body.compile).toBeUndefined();
  });

  test('a compiled language has a stage more, and no run where that fails', async () => {
    const good = (await execute({ language: 'c++', version: '*', files: [{ content: '#include <iostream>\nint main() { std::cout << 1; }' }] })).body;
    expect(good).toMatchObject({ language: 'c++', compile: { code: 0, signal: null }, run: { stdout: '1', code: 0 } });
    const bad = (await execute({ language: 'c', version: '*', files: [{ content: 'nonsense' }] })).body;
    expect(bad).toMatchObject({ compile: { code: 1, status: 'RE', stderr: expect.stringContaining('nonsense') } });
    expect(bad.run).toBeUndefined();
  });

  test('a Java program needs no name', async () => {
    const content = 'public class Hello { public static void main(String[] a) { System.out.print("hi " + a[0]); } }';
    expect((await execute({ language: 'java', version: '*', files: [{ content }], args: ['you'] })).body.run).toMatchObject({ stdout: 'hi you', code: 0 });
  });

  test('each end is told in its words', async () => {
    const bash = async (content: string, more = {}) => (await execute({ language: 'bash', version: '5.x', files: [{ content }], ...more })).body.run;
    expect(await bash('echo out; echo err >&2; exit 3')).toMatchObject({ stdout: 'out\n', stderr: 'err\n', code: 3, signal: null, status: 'RE' });
    expect(await bash('while :; do :; done', { run_timeout: 300 })).toMatchObject({ code: null, signal: 'SIGKILL', status: 'TO' });
    expect(await bash('kill -SEGV $$')).toMatchObject({ code: null, signal: 'SIGSEGV', status: 'SG' });
    expect(await bash('cat', { stdin: 'fed' })).toMatchObject({ stdout: 'fed' });
    expect(await bash('cat data.bin | od -An -tx1', { files: [{ content: 'cat data.bin | od -An -tx1' }, { name: 'data.bin', content: '/wA=', encoding: 'base64' }] })).toMatchObject({ stdout: ' ff 00\n' });
  });

  const job = { language: 'bash', version: '*', files: [{ content: 'cat' }] };
  const bad: [string, unknown, string][] = [
    ['no JSON', '{', 'JSON object'],
    ['no language', { ...job, language: undefined }, 'language is required as a string'],
    ['no version', { ...job, version: undefined }, 'version is required as a string'],
    ['no files', { ...job, files: undefined }, 'files is required as an array'],
    ['a file without content', { ...job, files: [{ name: 'x' }] }, 'files[0].content is required as a string'],
    ['an unknown language', { ...job, language: 'klingon' }, 'klingon-* runtime is unknown'],
    ['a version that is not here', { ...job, version: '1.0.0' }, 'bash-1.0.0 runtime is unknown'],
    ['bad Base64', { ...job, files: [{ content: '?', encoding: 'base64' }] }, 'files[0].content is not base64'],
    ['an unknown encoding', { ...job, files: [{ content: '?', encoding: 'rot13' }] }, 'files[0].encoding'],
    ['a path as a name', { ...job, files: [{ name: '../../etc/x', content: '' }] }, 'files[0].path'],
    ['too much time', { ...job, run_timeout: 1e9 }, 'run_timeout cannot exceed'],
    ['a time that is no number', { ...job, run_timeout: 'soon' }, 'run_timeout must be a number'],
    ['too much memory', { ...job, run_memory_limit: 2 ** 50 }, 'run_memory_limit cannot exceed'],
    ['arguments that are no strings', { ...job, args: [1] }, 'args must be a list of strings'],
    ['too many arguments', { ...job, args: Array(21).fill('x') }, 'args[20]'],
    ['too large an input', { ...job, stdin: 'x'.repeat(1_100_000) }, 'stdin'],
  ];
  for (const [what, body, text] of bad) {
    test(`${what} is 400 and tells why`, async () => {
      const answer = await execute(body);
      expect([answer.status, answer.body]).toEqual([400, { message: expect.stringContaining(text) }]);
    });
  }

  test('what it does not have is 404', async () => {
    expect((await toPiston('GET', '/packages')).status).toBe(404);
    expect((await toPiston('GET', '/execute')).status).toBe(405);
  });
});

describe('SUB-06 the key', () => {
  const doors: [string, string, string, number][] = [
    ['Jobe', `${jobe}/languages`, 'x-api-key', 403], // what CodeRunner takes for a wrong key
    ['Judge0', '/judge0/languages', 'x-auth-token', 401],
    ['Piston', '/api/v2/runtimes', 'authorization', 401],
  ];
  for (const [name, path, header, refused] of doors) {
    test(`${name} takes an API token with the scope run, in ${header} or as a bearer token`, async () => {
      const ask = async (headers: Record<string, string>) => (await send('GET', path, undefined, headers)).status;
      expect(await ask({ [header]: key })).toBe(200);
      expect(await ask({ authorization: `Bearer ${key}` })).toBe(200);
      expect(await ask({})).toBe(refused);
      expect(await ask({ [header]: 'wrong' })).toBe(refused);
      expect(await ask({ [header]: `${key}x` })).toBe(refused);
      expect(await ask({ authorization: 'Basic dXNlcjpwYXNz' })).toBe(refused);
      expect(await ask({ [header]: narrow })).toBe(403);
    });

    test(`${name} takes no session`, async () => {
      const session = new Session(world.server.url);
      await session.signIn('ann@example.org', password);
      expect((await session.json('GET', '/api/v1/me')).status).toBe(200);
      expect((await session.json('GET', path)).status).toBe(refused);
      expect((await session.json('POST', path, {})).status).toBe(refused);
    });
  }

  test('these headers open nothing else', async () => {
    for (const header of ['x-api-key', 'x-auth-token', 'authorization']) expect((await send('GET', '/api/v1/me', undefined, { [header]: key })).status).toBe(401);
  });
});

describe('SUB-06 off by default', () => {
  test('there is nothing at their paths, whoever asks', async () => {
    const plain = await World.start();
    try {
      const ann: Client = await plain.user('ann');
      const paths = ['/api/v2/execute', `${jobe}/runs`, '/judge0/submissions'];
      for (const path of paths) {
        for (const method of ['POST', 'OPTIONS']) {
          const body = method === 'POST' ? {} : undefined;
          const { status, body: told } = await send(method, path, body, { authorization: ann.bearer }, plain.server.url);
          expect([path, method, status, told.reason]).toEqual([path, method, 404, 'no_such_route']);
          expect((await send(method, path, body, {}, plain.server.url)).status).toBe(404);
        }
      }
      expect(JSON.stringify((await ann.get('/api/openapi.json')).body)).not.toMatch(/jobe|judge0|piston/i);
    } finally {
      await plain.stop();
    }
  });

  test('the settings say what they are for', async () => {
    const config = await world.server.command('config');
    for (const name of ['jobe', 'judge0', 'piston']) expect(config).toMatch(new RegExp(`${name}: `));
  });
});
