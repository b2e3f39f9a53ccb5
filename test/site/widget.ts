import { cpSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { POLICY } from '../browser/policy.ts';
import { buildFixture } from './fixture.ts';
import { type SiteServer, serveSite } from './serve.ts';

const MODELS = join(import.meta.dirname, '../../public/models');
const FULL = `<!doctype html><html lang="en"><title>Full</title><script type="module" src="/nearfield/nearfield.js"></script>
<main><nearfield-search tier="full"></nearfield-search></main></html>`;

/**
 * The fixture site with its index and the widget as built, served under a policy that forbids all but its own.
 *
 * @param models Those that lie beside the index, for the page `full.html`, whose search asks for them.
 */
export async function serveWidget(
  models: readonly string[] = [],
): Promise<{ folder: string; site: SiteServer; close(): Promise<void> }> {
  const { folder } = await buildFixture();
  await build({ mode: 'widget', logLevel: 'warn', build: { outDir: join(folder, 'nearfield'), emptyOutDir: false } });
  for (const model of models) {
    cpSync(join(MODELS, model), join(folder, 'nearfield/models', model), { recursive: true });
  }
  writeFileSync(join(folder, 'full.html'), FULL);
  const site = await serveSite(folder, { 'Content-Security-Policy': POLICY });
  return {
    folder,
    site,
    async close() {
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
