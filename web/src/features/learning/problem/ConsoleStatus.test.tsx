// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startI18n, switchLanguage } from '@/lib/i18n';
import type { LiveDone, LiveState } from '@/lib/liveRun';
import { ConsoleStatus } from './ConsoleStatus';

beforeAll(async () => {
  await startI18n();
});
afterEach(cleanup);

const ended = (more: Partial<LiveDone> = {}): LiveDone => ({
  status: 'AC',
  exit_code: 0,
  cpu_ms: 19,
  wall_ms: 2210,
  memory_bytes: 3 << 20,
  truncated: false,
  ...more,
});

async function said(state: Partial<LiveState>, locale = 'en'): Promise<string> {
  await switchLanguage(locale, false);
  cleanup();
  render(<ConsoleStatus state={{ phase: 'over', stopped: false, ...state }} />);
  return (screen.getByRole('status').textContent ?? '').replaceAll('\u00a0', ' ');
}

test('SUB-02 the end is said with its exit code or signal, its time and its memory', async () => {
  expect(await said({ done: ended() })).toBe('Ran to its endexit code 0 · 19 ms · 3 MiB');
  expect(await said({ done: ended({ status: 'RE', exit_code: 3 }) })).toMatch(
    /^Runtime errorexit code 3 · /,
  );
  expect(await said({ done: ended({ status: 'SIG', signal: 'SIGSEGV' }) })).toMatch(
    /^CrashedSIGSEGV · /,
  );
  expect(await said({ done: ended() }, 'fr')).toMatch(/code de sortie 0 · 19 ms · 3 MiB$/);
});

test('what a person did is no fault of the program', async () => {
  const killed = ended({ status: 'SIG', signal: 'SIGKILL', exit_code: 137 });
  expect(await said({ stopped: true, done: killed })).toMatch(/^Stopped/);
  expect(await said({ stopped: true })).toBe('Stopped');
  expect(await said({ done: { ...killed, signal: 'SIGINT' } })).toMatch(/^Interrupted/);
});

test('what did not compile has no exit code; limits are explained; a lost run has no verdict', async () => {
  expect(await said({ done: ended({ status: 'CE' }) })).toBe('Does not compile');
  expect(await said({ done: ended({ status: 'WTLE' }) })).toContain('nothing was typed');
  expect(await said({ done: ended({ status: 'OLE', truncated: true }) })).toContain('limit');
  const problem = { status: 0, reason: 'connection_lost', message: '' };
  expect(await said({ problem })).toBe('Did not run to its end');
});
