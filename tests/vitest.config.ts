import { defineConfig } from 'vitest/config';

// One file at a time: each starts a Lyceum of its own, and there are two cores.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 180_000, hookTimeout: 120_000, include: ['**/*.test.ts'] },
});
