// `npm run dev`: the pages with hot reload. CLEW_URL proxies the API to a running server; without it
// the answers come from the mock beside this file. Nothing here is shipped or used by the page tests.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mockApi } from './mock.ts';

const server = process.env['CLEW_URL'];

export default defineConfig({
  plugins: server === undefined ? [react(), mockApi()] : [react()],
  server: {
    host: '127.0.0.1',
    ...(server === undefined ? {} : { proxy: { '/clew': server, '/api': server } }),
  },
});
