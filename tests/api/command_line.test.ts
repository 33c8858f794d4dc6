// The command line: help, mistakes and their exit codes, accounts and tokens, with a server and without.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../lib/browserless.ts';
import { Client } from '../lib/client.ts';
import { attempt, Server } from '../lib/server.ts';
import { course, password } from '../lib/world.ts';

let folder: string;
const data = () => join(folder, 'data');
const here = (...words: string[]) => attempt([...words, '--data', data()]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lyceum-commands-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function commands(): Promise<string[]> {
  const help = (await attempt(['--help'])).stdout;
  return [...help.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map(([, words]) => words as string);
}

describe('help and mistakes', () => {
  test('--help lists every command, and every command explains itself', async () => {
    const all = await commands();
    for (const words of ['serve', 'user add', 'token add', 'content check', 'content import', 'content export', 'ledger check', 'lang list', 'lang check', 'lang install', 'config', 'version'])
      expect(all).toContain(words);
    for (const words of all) {
      const help = await attempt([...words.split(' '), '--help']);
      expect([help.code, help.stderr], words).toEqual([0, '']);
      expect(help.stdout, words).toMatch(new RegExp(`^usage: lyceum ${words}\\b`));
      expect(help.stdout, words).toContain('--help');
      expect(help.stdout.split('\n').every((line) => line.length <= 120), `${words}: short lines`).toBe(true);
    }
  });

  test('a command line that is wrong ends with 2 and says what is wrong, on standard error alone', async () => {
    const wrong: [string[], RegExp][] = [
      [[], /usage: lyceum/],
      [['nonsense'], /no command "nonsense"/],
      [['user'], /no command "user/],
      [['user', 'nonsense'], /no command "user/],
      [['serve', '--nonsense'], /no option --nonsense/],
      [['serve', '--nonsense.field=1'], /no setting "nonsense\.field"/],
      [['serve', '--limits.nonsense=1'], /no setting "limits\.nonsense"/],
      [['serve', '--limits.run=many'], /limits\.run.*"many" is not/],
      [['serve', '--listen'], /listen/],
      [['config', '--nonsense.field=1'], /no setting "nonsense\.field"/],
      [['user', 'add', '--password', 'x'], /email/],
      [['user', 'add', '--email', 'a@example.org'], /password is needed/],
      [['user', 'add', '--email', 'a@example.org', '--password', password, '--password-stdin'], /not both/],
      [['user', 'add', '--email', 'a@example.org', '--password', password, '--nonsense.field=1'], /no setting "nonsense\.field"/],
      [['token', 'add'], /email/],
      [['content', 'import'], /folder/i],
      [['content', 'export', 'x'], /key/],
      [['lang', 'install'], /name the languages, or: all/],
      [['lang', 'install', 'python', 'cobol'], /no language "cobol"; there are bash, c, .*typescript/],
      [['lang', 'check', 'cobol'], /no language "cobol"; there are bash, c, /],
      [['lang', 'list', 'cobol'], /too many positional/],
    ];
    for (const [words, says] of wrong) {
      const ended = words.length > 0 ? await attempt([...words, '--data', join(folder, 'none')]) : await attempt([]);
      expect([ended.code, ended.stdout], words.join(' ')).toEqual([2, '']);
      expect(ended.stderr, words.join(' ')).toMatch(says);
    }
  });

  test('what could not be done ends with 1 and one line that says why', async () => {
    const wrong: [string[], RegExp][] = [
      [['user', 'add', '--email', 'no-address', '--password', password], /^lyceum: email: /],
      [['user', 'add', '--email', 'a@example.org', '--password', 'short'], /^lyceum: password: /],
      [['user', 'add', '--email', 'a@example.org', '--password', password, '--role', 'emperor'], /^lyceum: .*role/],
      [['token', 'add', '--email', 'nobody@example.org'], /^lyceum: .*/],
      [['content', 'import', join(folder, 'nothing')], /^lyceum: .*nothing is no folder/],
      [['content', 'export', join(folder, 'out'), '--key', 'nothing'], /^lyceum: .*/],
    ];
    for (const [words, says] of wrong) {
      const ended = await here(...words);
      expect([ended.code, ended.stdout], words.join(' ')).toEqual([1, '']);
      expect(ended.stderr, words.join(' ')).toMatch(says);
      expect(ended.stderr.trim().split('\n'), words.join(' ')).toHaveLength(1);
    }
    expect((await here('user', 'add', '--email', 'a@example.org', '--password', password)).code, 'nothing was kept').toBe(0);
  });
});

describe('accounts and tokens', () => {
  // The same, once with no server and once through the one that runs.
  for (const running of [false, true]) {
    describe(running ? 'while the server runs' : 'without a server', () => {
      let server: Server | undefined;
      const name = running ? 'with' : 'without';
      beforeAll(async () => {
        if (running) server = await Server.start({ data: data() });
      });
      afterAll(async () => {
        await server?.stop();
      });

      test('user add makes an account once', async () => {
        const words = ['user', 'add', '--email', `${name}@Example.org`, '--password', password, '--name', 'Näm', '--role', 'content_creator', '--role', 'administrator', '--confirmed'];
        const added = await here(...words);
        expect(added).toMatchObject({ code: 0, stderr: '' });
        expect(added.stdout).toMatch(new RegExp(`^user \\d+ ${name}@example\\.org\\n$`, 'i'));
        const again = await here(...words);
        expect([again.code, again.stdout]).toEqual([1, '']);
        expect(again.stderr).toMatch(/^lyceum: .*\n$/);
      });

      test('the password comes from standard input too, as it is', async () => {
        const secret = `  spaces and “quotes” ${name}`;
        const words = ['user', 'add', '--email', `stdin-${name}@example.org`, '--password-stdin', '--confirmed', '--data', data()];
        expect((await attempt(words, { stdin: `${secret}\n` })).code).toBe(0);
        const empty = await attempt(words.with(3, 'empty@example.org'), { stdin: '' });
        expect([empty.code, empty.stdout]).toEqual([1, '']);
        expect(empty.stderr).toMatch(/password/);
        const serving = server ?? (await Server.start({ data: data() }));
        const session = new Session(serving.url);
        await session.signIn(`stdin-${name}@example.org`, secret);
        const me = await session.json('GET', '/api/v1/me');
        if (!server) await serving.stop();
        expect(me.status).toBe(200);
      });

      test('without --confirmed an account waits', async () => {
        const added = await here('user', 'add', '--email', `waits-${name}@example.org`, '--password', password);
        expect(added.stdout).toMatch(/waits for confirmation/);
      });

      test('ID-20 token add prints the token alone; scopes are checked', async () => {
        const made = await here('token', 'add', '--email', `${name}@example.org`, '--scopes', 'profile,learn');
        expect([made.code, made.stderr]).toEqual([0, '']);
        expect(made.stdout).toMatch(/^ly_pat_\S+\n$/);
        for (const scopes of ['everything', 'profile,everything', 'profile learn']) {
          const refused = await here('token', 'add', '--email', `${name}@example.org`, '--scopes', scopes);
          expect([refused.code, refused.stdout], scopes).toEqual([1, '']);
          expect(refused.stderr, scopes).toMatch(/^lyceum: scopes: /);
        }
        expect((await here('token', 'add', '--email', `stdin-${name}@example.org`, '--scopes', 'admin')).code, 'admin for no administrator').toBe(1);
        const serving = server ?? (await Server.start({ data: data() }));
        const client = new Client(serving.url, made.stdout.trim());
        const me = (await client.get('/api/v1/me')).body;
        const list = await client.get('/api/v1/admin/roles/administrator/users');
        if (!server) await serving.stop();
        expect([me.nickname, me.roles.sort()]).toEqual(['Näm', ['administrator', 'content_creator']]);
        expect(list.status, 'without the scope').toBe(403);
      });

      test('content import, check and export, and ledger check', async () => {
        expect((await here('content', 'check', course)).stdout).toMatch(/5 contents, nothing wrong\n$/);
        expect((await here('content', 'import', course)).stdout).toMatch(running ? /0 in a new version\n$/ : /5 in a new version\n$/);
        expect((await here('content', 'export', join(folder, `out-${name}`), '--key', 'course')).code).toBe(0);
        expect((await here('content', 'export', join(folder, `out-${name}`), '--key', 'course')).stderr).toMatch(/is not empty/);
        expect(await here('ledger', 'check')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^the ledger balances: 0 transactions/) });
      });
    });
  }
});

describe('PLAT-11 settings', () => {
  const value = (yaml: string, section: string, field: string): string | undefined => {
    const after = yaml.slice(yaml.search(new RegExp(`^${section}:`, 'm')));
    return new RegExp(`^  ${field}: (.*)$`, 'm').exec(after)?.[1];
  };

  test('file, then environment, then flag win; config prints the outcome with help and default of each', async () => {
    const own = await mkdtemp(join(folder, 'settings-'));
    await writeFile(join(own, 'lyceum.yaml'), 'limits:\n  read: 11\n  write: 12\n  run: 13\nserver:\n  trusted_proxies: [10.0.0.1, 10.0.0.2]\n');
    const environment = { LYCEUM_LIMITS_WRITE: '22', LYCEUM_LIMITS_RUN: '23' };
    const printed = await attempt(['config', '--data', own, '--limits.run=33'], { environment });
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const yaml = printed.stdout;
    expect(['read', 'write', 'run'].map((field) => value(yaml, 'limits', field))).toEqual(['11', '22', '33']);
    expect(value(yaml, 'server', 'trusted_proxies')).toContain('10.0.0.1,10.0.0.2');
    expect(value(yaml, 'server', 'data')).toContain(own);
    const fields = [...yaml.matchAll(/^ {2}[a-z_0-9]+: /gm)].length;
    expect([...yaml.matchAll(/^ {2}# \S.*\n {2}# default: .* · environment: LYCEUM_[A-Z0-9_]+\n {2}[a-z_0-9]+: /gm)]).toHaveLength(fields);
    expect(fields).toBeGreaterThan(20);
  });

  test('what it prints can be its file', async () => {
    const own = await mkdtemp(join(folder, 'settings-'));
    const first = (await attempt(['config', '--data', own, '--limits.run=33'])).stdout;
    await writeFile(join(own, 'lyceum.yaml'), first);
    const second = await attempt(['config', '--data', own]);
    expect([second.code, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toBe(first);
  });

  test('a secret is never printed', async () => {
    const own = await mkdtemp(join(folder, 'settings-'));
    const printed = await attempt(['config', '--data', own], { environment: { LYCEUM_MAILER_SMTP_PASSWORD: 'hunter-two-two' } });
    if (printed.code !== 0) expect(printed.stderr).toMatch(/there is no setting/);
    expect(printed.stdout + printed.stderr).not.toContain('hunter-two-two');
    expect(printed.code).toBe(0);
  });

  test('a mistake in file or environment is an error that says where', async () => {
    const own = await mkdtemp(join(folder, 'settings-'));
    for (const [text, says] of [
      ['limits:\n  nonsense: 1\n', /lyceum\.yaml: .*limits\.nonsense/],
      ['nonsense:\n  field: 1\n', /lyceum\.yaml: .*nonsense\.field/],
      ['limits: 7\n', /lyceum\.yaml: limits is not a map/],
      ['limits:\n  run: many\n', /lyceum\.yaml: limits\.run: "many"/],
      ['limits: [\n', /lyceum\.yaml: /],
    ] as const) {
      await writeFile(join(own, 'lyceum.yaml'), text);
      const ended = await attempt(['serve', '--data', own, '--listen', '127.0.0.1:0']);
      expect([ended.code, ended.stdout], text).toEqual([2, '']);
      expect(ended.stderr, text).toMatch(says);
    }
    await rm(join(own, 'lyceum.yaml'));
    const ended = await attempt(['config', '--data', own], { environment: { LYCEUM_LIMITS_NONSENSE: '1' } });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/LYCEUM_LIMITS_NONSENSE/);
  });
});

test('version is one line', async () => {
  expect(await attempt(['version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^lyceum \d+\.\d+\.\d+\n$/), stderr: '' });
  expect((await attempt(['--version'])).stdout).toMatch(/^lyceum /);
});

describe('SUB-06 lang', () => {
  // Programs of the machine as they are told to be: what they are called with is in `calls`.
  async function machine(installed: string): Promise<{ environment: Record<string, string>; calls: () => Promise<string[]> }> {
    const own = await mkdtemp(join(folder, 'machine-'));
    const stub = (name: string, script: string) => writeFile(join(own, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await stub('dpkg-query', `echo '${installed} installed'`);
    await stub('apt-get', `echo "apt-get $*" >>'${own}/calls'; exit "$(cat '${own}/exit' 2>/dev/null || echo 0)"`);
    await stub('sudo', 'exec "$@"');
    await writeFile(join(own, 'calls'), '');
    return {
      environment: { PATH: `${own}:${process.env.PATH}` },
      calls: async () => (await readFile(join(own, 'calls'), 'utf8')).split('\n').filter((line) => line !== ''),
    };
  }

  test('lang list has every language, with its version or the packages that are missing', async () => {
    const { environment } = await machine('nothing');
    const listed = await attempt(['lang', 'list'], { environment });
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    const lines = listed.stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(22);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(lines.map((line) => line.split(' ')[0]).sort());
    expect(lines).toContainEqual(expect.stringMatching(/^python +Python 3 +Python 3\.\d/));
    for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+ +\S.*? {2,}(not installed: needs [a-z0-9.+ -]+|.*\d.*)$/);
  });

  test('lang install prints what it runs, asks for what is missing alone, and passes a failure on', async () => {
    const { environment, calls } = await machine('nodejs');
    const installed = await attempt(['lang', 'install', 'typescript', 'lua', 'typescript'], { environment });
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    expect(installed.stdout).toMatch(/^(sudo )?env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends node-typescript lua5\.4\n$/);
    expect(await calls()).toEqual(['apt-get install -y --no-install-recommends node-typescript lua5.4']);

    const nothing = await machine('lua5.4');
    expect(await attempt(['lang', 'install', 'lua'], nothing)).toMatchObject({ code: 0, stdout: 'everything is installed\n' });
    expect(await nothing.calls()).toEqual([]);

    const all = await machine('nothing');
    expect((await attempt(['lang', 'install', 'all'], all)).code).toBe(0);
    expect((await all.calls())[0]).toMatch(/ golang-go .* rustc /);

    const broken = await machine('nothing');
    await writeFile(join(broken.environment.PATH?.split(':')[0] ?? '', 'exit'), '100');
    const failed = await attempt(['lang', 'install', 'lua'], broken);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/^lyceum: apt-get ended with 100; .*\n$/);
  });

  test('lang check runs a test of its own in the sandbox, one line each', async () => {
    const socket = process.env.LYCEUM_TEST_SANDBOX;
    const checked = await here('lang', 'check', 'python', 'c', ...(socket ? [`--runner.sandbox=${socket}`] : []));
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^python +works: ran in \d+ ms, \d+\.\d MiB\nc +works: compiled in \d+ ms, ran in \d+ ms, \d+\.\d MiB\n$/);
  });

  test('where there is no sandbox, lang check says so', async () => {
    const checked = await here('lang', 'check', 'python', `--runner.sandbox=${join(folder, 'nothing.sock')}`);
    expect([checked.code, checked.stdout]).toEqual([1, '']);
    expect(checked.stderr).toMatch(/^lyceum: .*no sandbox at .*nothing\.sock.*\n$/);
  });
});
