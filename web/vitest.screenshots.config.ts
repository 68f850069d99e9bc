// `npm run screenshots`: pictures for the README, from a running server.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['pages/screenshots.ts'], environment: 'node', testTimeout: 300_000, hookTimeout: 120_000 },
});
