import { defineConfig } from 'vitest/config';

// One file at a time: each starts a Lyceum of its own, and there are two cores.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000, include: ['**/*.test.ts'],
    expect: { poll: { timeout: 15_000 } }, // the machine may be busy
  },
});
