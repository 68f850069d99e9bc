// Page tests: a real Chromium against a real server (CLEW_URL, CLEW_OTLP_URL). One file at a time: they share the server's data.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['pages/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    // For a machine that has much else to do: all are waited for only as long as it takes.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
