/**
 * Measures a static index built from a BEIR collection: nDCG@10 by tier, questions without a result, refusals, and the
 * bytes of a first question on a cold cache.
 *
 *   npm run eval:site -- <collection folder> <en|zh> [samples] [vector cache] [adapter]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAdapter } from '../../src/adapt/adapter-file.ts';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { buildSite } from '../../src/site/build.ts';
import { openVectorCache } from '../../src/site/cache.node.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { openSite, type SiteAnswer, type SiteTier } from '../../src/site/reader.ts';
import { httpFiles } from '../../src/site/shards.ts';
import { median, ndcg, questionsOf } from './collection.ts';
import { renderCollection } from './render.ts';
import { serveSite } from './serve.ts';

const [
  collection,
  language,
  samples = '8000',
  cachePath = join(homedir(), '.cache/nearfield/site-vectors.bin'),
  taught,
] = process.argv.slice(2);
if (!collection || !language) throw new Error('Expected a collection folder and its language, en or zh.');

const folder = mkdtempSync(join(tmpdir(), 'nearfield-measure-'));
const output = join(folder, 'nearfield');
const ids = renderCollection(collection, folder, language);
const encoder = createNodeEncoder();
const cache = openVectorCache(cachePath);
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
const adapters = taught ? [decodeAdapter(readFileSync(taught)).adapter] : [];
const startedAt = performance.now();
const built = await buildSite(await pagesIn(folder, output), {
  encoder,
  models,
  cache,
  samples: Number(samples),
  adapters,
});
await writeIndex(output, built);
const size = [...built.files.values()].reduce((sum, { length }) => sum + length, 0);
console.log(
  `${built.pages} pages, ${built.passages} passages, ${built.files.size} files, ${Math.round(size / 1024)} KB, ` +
    `${((performance.now() - startedAt) / 1000).toFixed(1)} s with ${built.embedded} texts embedded anew`,
);

const queries = questionsOf(collection);
const site = await serveSite(folder);
const getFile = httpFiles(`${site.url}nearfield/`);
const index = openSite({ getFile, encoder, reread: { milliseconds: Number.POSITIVE_INFINITY } });
for (const tier of ['keywords', 'instant', 'full'] as const) console.log(await measure(tier));
console.log(await measure('full', true));
for (const ranges of [true, false]) console.log(await firstSearch(ranges));
cache.close();
await site.close();
await encoder.close();
rmSync(folder, { recursive: true });

async function measure(tier: SiteTier, reread = false) {
  let [gain, empty, falseRefusals, trueRefusals, answerable] = [0, 0, 0, 0, 0];
  for (const { text, wanted } of queries) {
    const answer = await index.search(text, { tier, reread, limit: 40 });
    if (!wanted) {
      if (answer.refused) trueRefusals++;
      continue;
    }
    answerable++;
    gain += ndcg(found(answer), wanted);
    if (answer.passages.length === 0) empty++;
    if (answer.refused) falseRefusals++;
  }
  const share = (count: number, of: number) => (of > 0 ? (count / of).toFixed(3) : '–');
  return {
    tier: reread ? `${tier}, reread` : tier,
    ndcg10: (gain / answerable).toFixed(4),
    empty: share(empty, answerable),
    falseRefusal: share(falseRefusals, answerable),
    trueRefusal: share(trueRefusals, queries.length - answerable),
  };
}

/** Ids of the sections the passages stand in, each once. A passage of several small sections counts as its first. */
function found({ passages }: SiteAnswer): string[] {
  const places = passages.map(({ page, chunk }) => `${page.url}${chunk.anchor ? `#${chunk.anchor}` : ''}`);
  return [...new Set(places.flatMap((place) => ids.get(place) ?? []))].slice(0, 10);
}

/** Index bytes of one whole question with five results, each on a cold cache. */
async function firstSearch(ranges: boolean) {
  site.ranges = ranges;
  const bytes: number[] = [];
  const requests: number[] = [];
  for (const { text } of queries.slice(0, 60)) {
    site.forget();
    await openSite({ getFile }).search(text, { limit: 5 });
    bytes.push(site.sent);
    requests.push(site.asked.length);
  }
  return {
    ranges,
    firstQuestionKB: Math.round(median(bytes) / 1024),
    mostKB: Math.round(Math.max(...bytes) / 1024),
    requests: median(requests),
  };
}
