// `lyceum certs`: what it makes, keeps and refuses.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attempt } from '../lib/server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lyceum-certs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const certs = (...words: string[]) => attempt(['certs', '--out', join(folder, 'c'), ...words]);
const text = (name: string) => readFile(join(folder, 'c', name), 'utf8');
const certificate = async (name: string) => new X509Certificate(await text(name));

describe('PLAT-03 certs', () => {
  test('makes an authority and a certificate for each name, whose keys are the owner’s alone', async () => {
    expect((await certs('gateway', 'identity.example.org', '10.0.0.7')).code).toBe(0);
    const files = (await readdir(join(folder, 'c'))).sort();
    expect(files).toEqual([
      '10.0.0.7.key',
      '10.0.0.7.pem',
      'ca.key',
      'ca.pem',
      'gateway.key',
      'gateway.pem',
      'identity.example.org.key',
      'identity.example.org.pem',
    ]);
    for (const name of files.filter((file) => file.endsWith('.key'))) expect((await stat(join(folder, 'c', name))).mode & 0o777, name).toBe(0o600);
    const ca = await certificate('ca.pem');
    expect(ca.ca).toBe(true);
    for (const name of ['gateway', 'identity.example.org']) {
      const one = await certificate(`${name}.pem`);
      expect([one.ca, one.verify(ca.publicKey), one.checkIssued(ca)]).toEqual([false, true, true]);
      for (const host of ['localhost', name]) expect(one.checkHost(host), host).toBe(host);
      for (const ip of ['127.0.0.1', '::1']) expect(one.checkIP(ip), ip).toBe(ip);
      expect(one.checkHost('elsewhere')).toBeUndefined();
      expect(one.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
      expect([...(one.keyUsage ?? [])].sort()).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']); // server and client
    }
    expect((await certificate('10.0.0.7.pem')).checkIP('10.0.0.7')).toBe('10.0.0.7');
  });

  test('keeps what is there and makes what is missing', async () => {
    await certs('one', 'two');
    const before = await Promise.all(['ca.pem', 'ca.key', 'one.pem', 'one.key'].map(text));
    await rm(join(folder, 'c', 'two.pem'));
    const again = await certs('one', 'two', 'three');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/one\.pem was there\n.*two\.pem made\n.*three\.pem made\n$/);
    expect(await Promise.all(['ca.pem', 'ca.key', 'one.pem', 'one.key'].map(text))).toEqual(before);
    const ca = await certificate('ca.pem');
    for (const name of ['two.pem', 'three.pem']) expect((await certificate(name)).verify(ca.publicKey), name).toBe(true);
  });

  test('--days says how long they are good', async () => {
    await certs('--days', '30', 'one');
    const one = await certificate('one.pem');
    const days = (Date.parse(one.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(Date.parse((await certificate('ca.pem')).validTo)).toBeGreaterThan(Date.parse(one.validTo));
  });

  test.each([
    ['no name', [], 2, /name the processes/],
    ['a path', ['../evil'], 2, /"\.\.\/evil" is no name/],
    ['an empty name', [''], 2, /"" is no name/],
    ['the authority’s name', ['ca'], 2, /"ca" is no name/],
    ['an extension of the certificate', ['a,DNS:b'], 2, /"a,DNS:b" is no name/],
    ['no time', ['--days', '0', 'one'], 2, /--days is 1 to 3650/],
    ['too long a time', ['--days', '99999', 'one'], 2, /--days is 1 to 3650/],
    ['days that are no number', ['--days', 'many', 'one'], 2, /days/],
  ])('refuses %s', async (_, words, code, says) => {
    const ended = await certs(...words);
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
    expect(await readdir(folder)).toEqual([]);
  });

  test('an authority without its key is not made anew behind one’s back', async () => {
    await certs('one');
    await rm(join(folder, 'c', 'ca.key'));
    const ended = await certs('two');
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/has ca\.pem without ca\.key/)]);
  });

  test('a folder that cannot be made is an error that names it', async () => {
    await writeFile(join(folder, 'c'), 'a file');
    const ended = await certs('one');
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(join(folder, 'c'))]);
  });
});
