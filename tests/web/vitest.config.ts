import { defineConfig } from 'vitest/config';

/** One file after the other: each starts a server and a browser, and two cores are not many. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    retry: 0,
    expect: { poll: { timeout: 15_000, interval: 40 } },
  },
});
