/**
 * What an edit costs: a whole build from nothing, then rebuilds after one page was edited, another one each time, all in
 * one run; and the whole build per page.
 *
 *   npm run eval:rebuild -- <collection folder> <en|zh> [samples]
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { buildSite } from '../../src/site/build.ts';
import { openVectorCache } from '../../src/site/cache.node.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { median } from './collection.ts';
import { renderCollection } from './render.ts';

const [collection, language, samples = '8000'] = process.argv.slice(2);
if (!collection || !language) throw new Error('Expected a collection folder and its language, en or zh.');
const EDITS = 5;

const folder = mkdtempSync(join(tmpdir(), 'nearfield-rebuild-'));
const output = join(folder, 'nearfield');
renderCollection(collection, folder, language);
const encoder = createNodeEncoder();
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
await encoder.load(models[language as 'en' | 'zh']);

/** As the command does it: the cache is read from its file each time. */
async function timed(): Promise<{ seconds: number; embedded: number; pages: number; written: number }> {
  const start = performance.now();
  const cache = openVectorCache(join(folder, '.cache/vectors.bin'));
  const built = await buildSite(await pagesIn(folder, output), { encoder, models, cache, samples: Number(samples) });
  const written = await writeIndex(output, built);
  cache.close();
  return { seconds: (performance.now() - start) / 1000, embedded: built.embedded, pages: built.pages, written };
}

const whole = await timed();
const edits: { seconds: number; embedded: number; written: number }[] = [];
const names = (await pagesIn(folder, output)).map(({ url }) => url);
for (let i = 0; i < EDITS; i++) {
  const page = join(folder, names[Math.floor((names.length * i) / EDITS)]!);
  const sentence =
    language === 'zh' ? '这一页改过一次，加了一句新话。' : 'This page was edited, and says one thing more.';
  const html = readFileSync(page, 'utf8');
  rmSync(page);
  appendFileSync(page, html.replace('</main>', `<p>${sentence} (${i})</p></main>`));
  edits.push(await timed());
}
await encoder.close();
rmSync(folder, { recursive: true });
const seconds = median(edits.map((edit) => edit.seconds));
console.log({
  pages: whole.pages,
  wholeSeconds: whole.seconds.toFixed(1),
  millisecondsPerPage: Math.round((1000 * whole.seconds) / whole.pages),
  embedded: whole.embedded,
  rebuildSeconds: seconds.toFixed(2),
  share: `${((100 * seconds) / whole.seconds).toFixed(1)} %`,
  embeddedByAnEdit: median(edits.map(({ embedded }) => embedded)),
  filesWrittenByAnEdit: median(edits.map(({ written }) => written)),
});
