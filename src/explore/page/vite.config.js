import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page: its bundle ships in dist/, its libraries are development dependencies. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  resolve: {
    alias: { '@opensearch/datemath': '@elastic/datemath' },
    dedupe: ['react', 'react-dom', 'moment'],
    preserveSymlinks: false,
  },
  build: {
    outDir: fileURLToPath(new URL('../../../dist/explore/page', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
