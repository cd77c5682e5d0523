// Builds the console into dist/console: hashed files below /assets, which the server hands out for good.
import { defineConfig } from 'vite';

const { STRATA_URL = 'http://127.0.0.1:3000' } = process.env;

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsDir: 'assets',
    sourcemap: false,
    // A page's styles and scripts are fetched when it is opened: nothing is put into the HTML, which the policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Components say that they are for the browser; here everything is.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: {
    // What is no page of the console is the server's. It is asked under this host, as which it knows the page's origin.
    proxy: {
      '^/[a-z-]+/v\\d': STRATA_URL,
      '^/(docs|openapi|health|metrics|oauth)': STRATA_URL,
    },
  },
});
