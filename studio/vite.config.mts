import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/studio', import.meta.url)),
    emptyOutDir: true,
    // The server's Content-Security-Policy allows `data:` for images only; nothing is inlined by surprise.
    assetsInlineLimit: 0,
    target: 'es2022',
  },
  server: {
    // `vite --config studio/vite.config.mts` beside a running server, for work on the page itself.
    proxy: { '/v1': 'http://127.0.0.1:3000' },
  },
});
