// Page tests: a real Chromium against a real server (CLEW_URL, CLEW_OTLP_URL). One file at a time: they share the server's data.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['pages/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
