// `npm run dev`: the pages with hot reload, on the API of the running server that CLEW_URL names (default: ./clew up).
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['CLEW_URL'] ?? 'http://127.0.0.1:16686';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/clew': server, '/api': server } },
});
