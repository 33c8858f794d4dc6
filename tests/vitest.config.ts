import { defineConfig } from 'vitest/config';
import { shape } from './lib/shape.ts';

// These make their processes themselves: single ones for every option and mistake, or several as they need them.
const ofOneShape = ['apart*.test.ts', 'command_line.test.ts', 'talk_apart.test.ts'];

// One file at a time: each starts a Lyceum of its own, and there are two cores.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000, include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(shape === 'one' ? [] : ofOneShape.map((files) => `**/${files}`))],
    globalSetup: 'lib/shape_setup.ts',
    expect: { poll: { timeout: 15_000 } }, // the machine may be busy
  },
});
