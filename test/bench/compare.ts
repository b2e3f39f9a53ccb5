/**
 * The static index beside the engines that people use on static sites, over the same pages in one run: quality, the share
 * of answerable questions with no result, bytes of a first search on an empty cache (script and index, without texts),
 * files and build time. Everyone at the defaults of its documentation.
 *
 *   npm run compare -- <collection folder> <en|zh> [samples] [vector cache]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, insertMultiple, save, search } from '@orama/orama';
import { Document } from 'flexsearch';
import MiniSearch from 'minisearch';
import { close, createIndex } from 'pagefind';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { buildSite } from '../../src/site/build.ts';
import { openVectorCache } from '../../src/site/cache.node.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { openSite } from '../../src/site/reader.ts';
import { httpFiles } from '../../src/site/shards.ts';
import { launch } from '../browser/chromium.ts';
import { linesOf, median, ndcg, questionsOf } from '../site/collection.ts';
import { renderCollection } from '../site/render.ts';
import { serveSite } from '../site/serve.ts';
import { table } from './report.ts';

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}
interface Contender {
  readonly name: string;
  readonly buildSeconds: number;
  readonly files: number;
  /** Ids of documents, best first. */
  search(query: string): Promise<readonly string[]>;
  /** Bytes of a first search. */
  first(query: string): Promise<number>;
}

const [collection, language, samples = '8000', cachePath = join(homedir(), '.cache/nearfield/site-vectors.bin')] =
  process.argv.slice(2);
if (!collection || (language !== 'en' && language !== 'zh')) {
  throw new Error('Expected a collection folder and its language, en or zh.');
}
const LIMIT = 40;
const COLD = 20;
const questions = questionsOf(collection).filter(({ wanted }) => wanted);
const entries = linesOf(collection, 'corpus.jsonl').map((line): Entry => {
  const { _id, title, text } = JSON.parse(line) as { _id: string; title: string; text: string };
  return { id: String(_id), title, text };
});
const folder = mkdtempSync(join(tmpdir(), 'nearfield-compare-'));
const ids = renderCollection(collection, folder, language);
const byPage = new Map([...ids].map(([place, id]) => [place.split('#')[0]!, id]));
const idAt = (place: string) => ids.get(place) ?? byPage.get(place.split('#')[0]!);
const site = await serveSite(folder);

const atEnd: (() => Promise<void>)[] = [];
const contenders = [nearfield, pagefind, vitepress, orama, flexsearch];
const rows: string[][] = [];
for (const make of contenders) {
  const one = await make();
  let gain = 0;
  let empty = 0;
  for (const { text, wanted } of questions) {
    const found = [...new Set(await one.search(text))];
    gain += ndcg(found, wanted!);
    if (found.length === 0) empty++;
  }
  const bytes: number[] = [];
  for (const { text } of questions.slice(0, COLD)) bytes.push(await one.first(text));
  rows.push([
    one.name,
    (gain / questions.length).toFixed(3),
    `${((100 * empty) / questions.length).toFixed(0)} %`,
    `${Math.round(median(bytes) / 1024)} KB`,
    String(one.files),
    `${one.buildSeconds.toFixed(1)} s`,
  ]);
}
table(['engine', 'nDCG@10', 'no result', 'first search', 'files', 'build'], rows);
for (const end of atEnd) await end();
await site.close();
await close();
rmSync(folder, { recursive: true });

async function nearfield(): Promise<Contender> {
  const output = join(folder, 'nearfield');
  const encoder = createNodeEncoder();
  const cache = openVectorCache(cachePath);
  const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
  const start = performance.now();
  const built = await buildSite(await pagesIn(folder, output), { encoder, models, cache, samples: Number(samples) });
  await writeIndex(output, built);
  const buildSeconds = (performance.now() - start) / 1000;
  cache.close();
  await encoder.close();
  const getFile = httpFiles(`${site.url}nearfield/`);
  const index = openSite({ getFile });
  const script = gzipSync(readFileSync(join(import.meta.dirname, '../../dist/widget/nearfield.js'))).length;
  return {
    name: `Nearfield, instant (${built.embedded} texts embedded anew)`,
    buildSeconds,
    files: built.files.size,
    async search(query) {
      const { passages } = await index.search(query, { limit: LIMIT, refuse: 'off' });
      return passages.flatMap(({ page, chunk }) => idAt(`${page.url}${chunk.anchor ? `#${chunk.anchor}` : ''}`) ?? []);
    },
    async first(query) {
      site.forget();
      await openSite({ getFile }).search(query, { limit: 5 });
      return site.sent + script;
    },
  };
}

async function pagefind(): Promise<Contender> {
  const start = performance.now();
  const { index } = await createIndex();
  if (!index) throw new Error('Expected Pagefind to start.');
  await index.addDirectory({ path: folder });
  const output = join(folder, 'pagefind');
  await index.writeFiles({ outputPath: output });
  const buildSeconds = (performance.now() - start) / 1000;
  writeFileSync(join(folder, 'blank.html'), `<!doctype html><html lang="${language}"><title>blank</title></html>`);
  const { context, dispose } = await launch();
  atEnd.push(dispose);
  const page = await context.newPage();
  await page.goto(`${site.url}blank.html`);
  const ask = (query: string, limit: number) =>
    page.evaluate(
      async ({ query, limit }) => {
        const address = '/pagefind/pagefind.js';
        const engine = (await import(address)) as {
          search(
            query: string,
          ): Promise<{ results: { data(): Promise<{ url: string; sub_results: { url: string }[] }> }[] }>;
        };
        const { results } = await engine.search(query);
        const data = await Promise.all(results.slice(0, limit).map((result) => result.data()));
        return data.flatMap(({ url, sub_results }) => [...sub_results.map((sub) => sub.url), url]);
      },
      { query, limit },
    );
  return {
    name: 'Pagefind 1.6',
    buildSeconds,
    files: readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length,
    search: async (query) => (await ask(query, LIMIT)).flatMap((url) => idAt(decodeURI(url.replace(/^\//, ''))) ?? []),
    async first(query) {
      const cold = await launch();
      const visitor = await cold.context.newPage();
      await visitor.goto(`${site.url}blank.html`);
      site.forget();
      await visitor.evaluate(async (text) => {
        const address = '/pagefind/pagefind.js';
        const { results } = await (await import(address)).search(text);
        await Promise.all(results.slice(0, 5).map((result: { data(): Promise<unknown> }) => result.data()));
      }, query);
      await cold.dispose();
      return site.sent;
    },
  };
}

/** As VitePress sets it: `fuzzy: .2, prefix: true, boost: { title: 4, text: 2 }`; the whole index is one file. */
async function vitepress(): Promise<Contender> {
  const options = {
    fields: ['title', 'text'],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2 } },
  };
  const start = performance.now();
  const index = new MiniSearch<Entry>(options);
  index.addAll(entries);
  const buildSeconds = (performance.now() - start) / 1000;
  const bytes = gzipSync(JSON.stringify(index)).length + packageBytes('minisearch/dist/es/index.js');
  return {
    name: 'MiniSearch 7.2, VitePress’s settings',
    buildSeconds,
    files: 1,
    search: async (query) =>
      index
        .search(query)
        .slice(0, LIMIT)
        .map(({ id }) => id as string),
    first: async () => bytes,
  };
}

async function orama(): Promise<Contender> {
  const start = performance.now();
  const index = create({ schema: { id: 'string', title: 'string', text: 'string' } });
  await insertMultiple(index, entries as unknown as Entry[]);
  const buildSeconds = (performance.now() - start) / 1000;
  const bytes = gzipSync(JSON.stringify(save(index))).length;
  return {
    name: 'Orama 3.1 (index alone)',
    buildSeconds,
    files: 1,
    search: async (query) =>
      (await search(index, { term: query, properties: ['title', 'text'], limit: LIMIT })).hits.map(({ id }) =>
        String(id),
      ),
    first: async () => bytes,
  };
}

async function flexsearch(): Promise<Contender> {
  const start = performance.now();
  const index = new Document({ document: { id: 'id', index: ['title', 'text'] } });
  for (const entry of entries) index.add({ ...entry });
  const buildSeconds = (performance.now() - start) / 1000;
  const parts: number[] = [];
  await index.export((_key: string, data: unknown) => {
    if (typeof data === 'string') parts.push(gzipSync(data).length);
  });
  const bytes = parts.reduce((sum, one) => sum + one, packageBytes('flexsearch/dist/flexsearch.bundle.min.js'));
  return {
    name: 'FlexSearch 0.8',
    buildSeconds,
    files: parts.length,
    async search(query) {
      const fields = (await index.search(query, { limit: LIMIT })) as { result: (string | number)[] }[];
      return fields.flatMap(({ result }) => result.map(String));
    },
    first: async () => bytes,
  };
}

function packageBytes(path: string): number {
  const file = join(import.meta.dirname, '../../node_modules', path);
  return statSync(file, { throwIfNoEntry: false }) ? gzipSync(readFileSync(file)).length : 0;
}
