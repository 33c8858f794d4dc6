import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The server that `npm run dev` talks to: `lyceum serve` on this machine.
const server = process.env.LYCEUM_SERVER ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/auth', '/media', '/realms', '/docs'];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
  build: {
    target: 'es2023',
    // The server's Content-Security-Policy lets no data: script and no inline style sheet through.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(proxied.map((path) => [path, server])),
  },
  // A test that needs a document says so in its first line: // @vitest-environment happy-dom
  test: { include: ['src/**/*.test.{ts,tsx}'] },
});
