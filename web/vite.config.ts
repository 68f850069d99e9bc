// Builds the pages into the class path of the `web` jar; the server serves them at "/".
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'target/classes/web',
    emptyOutDir: true,
    // Every asset carries a content hash in its name, so the server may let browsers keep it for ever.
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome111', 'firefox113', 'safari16.4'],
  },
});
