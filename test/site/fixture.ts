import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { type BuiltSite, buildSite } from '../../src/site/build.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/site');

/** A copy of the fixture site with its index, built with the real models. */
export async function buildFixture(): Promise<{ folder: string; built: BuiltSite }> {
  const folder = mkdtempSync(join(tmpdir(), 'nearfield-site-'));
  cpSync(FIXTURE, folder, { recursive: true });
  const output = join(folder, 'nearfield');
  const encoder = createNodeEncoder();
  try {
    const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
    const built = await buildSite(await pagesIn(folder, output), { encoder, models });
    await writeIndex(output, built);
    return { folder, built };
  } finally {
    await encoder.close();
  }
}
