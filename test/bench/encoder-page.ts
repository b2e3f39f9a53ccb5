import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { build, preview } from 'vite';
import { packagedModels } from '../../src/embed/encoder.node.ts';
import { transformersFolder } from '../embed/transformers-folder.ts';

/** Builds and serves the page of encoders; `open` gives it in a browser, with `lab` in the console's reach. */
export async function serveEncoderPage({ isolated = true } = {}): Promise<{
  readonly url: string;
  open(context: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}> {
  const work = join(process.cwd(), '.cache/bench/encoder');
  await mkdir(join(work, 'web'), { recursive: true });
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  const config = {
    configFile: false as const,
    base: './',
    worker: { format: 'es' as const },
    root: 'test/bench/pages',
    publicDir: false as const,
    build: {
      outDir: join(work, 'web'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: 'test/bench/pages/encoder.html' },
    },
    logLevel: 'error' as const,
    preview: { port: 0, host: '127.0.0.1', ...(isolated && { headers }) },
  };
  await build(config);
  const hub = await transformersFolder();
  await symlink(packagedModels(), join(work, 'web/models'));
  await symlink(hub.folder, join(work, 'web/hub'));
  const server = await preview(config);
  const url = `${server.resolvedUrls!.local[0]!}encoder.html`;
  return {
    url,
    async open(context) {
      const page = await context.newPage();
      // Scripts run by tsx name their functions through a helper that a page does not have.
      await page.addInitScript('globalThis.__name = (f) => f');
      await page.goto(url);
      await page.waitForFunction(() => 'lab' in globalThis);
      return page;
    },
    async close() {
      await server.close();
      await hub.remove();
    },
  };
}
