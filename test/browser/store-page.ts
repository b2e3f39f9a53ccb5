import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { createServer } from 'vite';

/** Serves pages straight from source; `open` gives the one at `path`, on which `window.lab` is ready. */
export async function serveStorePage(path = 'test/browser/pages/store.html'): Promise<{
  open(context: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}> {
  const server = await createServer({
    configFile: false,
    root: join(import.meta.dirname, '../..'),
    cacheDir: join(import.meta.dirname, '../../.cache/store-tests'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    optimizeDeps: { entries: [path] },
  });
  await server.listen();
  const url = new URL(path, server.resolvedUrls!.local[0]!).href;
  return {
    async open(context) {
      const page = await context.newPage();
      await page.goto(url, { timeout: 120_000 });
      await page.waitForFunction(() => 'lab' in globalThis, undefined, { timeout: 120_000 });
      return page;
    },
    close: () => server.close(),
  };
}
