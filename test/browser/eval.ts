/**
 * `npm run eval:browser -- <collection folder>…`: retrieval quality as a person gets it, in Chromium, against the
 * production build. Every document of a collection is added as a file (`# title`, blank line, text) through the
 * page's engine: read, chunked, embedded in WebAssembly and stored in IndexedDB. A document's rank is that of its best
 * passage. Prints nDCG@10 of keywords alone and of the full search.
 */
import { build, preview } from 'vite';
import { type Collection, readCollections } from '../../src/cli/eval/collection.ts';
import { ndcg } from '../../src/cli/eval/metrics.ts';
import { progressLine } from '../../src/cli/progress.ts';
import { addFiles, openApp, ranking } from './app.ts';
import { launch } from './chromium.ts';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('Expected one or more collection folders: npm run eval:browser -- ../shared/eval/vue-docs-en');
  process.exit(1);
}
await build({ logLevel: 'warn' });
const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'warn' });
try {
  for (const folder of folders) {
    // Passages of long documents are what chunking makes of them; the collection of whole documents comes first.
    await evaluate(readCollections(folder)[0]!, server.resolvedUrls!.local[0]!);
  }
} finally {
  await server.close();
}

async function evaluate({ name, units, questions, judgements }: Collection, url: string): Promise<void> {
  const { context, dispose } = await launch();
  try {
    const page = await context.newPage();
    await openApp(page, url);
    const ids = new Map(units.map(({ id }, i) => [`${i}.md`, id]));
    const files = units.map(({ title, text }, i) => ({
      path: `${i}.md`,
      text: title ? `# ${title}\n\n${text}` : text,
    }));

    const line = progressLine();
    const watch = setInterval(async () => {
      const last = await page.evaluate(() => globalThis.progress?.at(-1)).catch(() => undefined);
      if (last) line.show(`${name}: ${last.files} of ${last.filesTotal} documents, ${last.passages} passages`);
    }, 1000);
    const start = performance.now();
    const report = await addFiles(page, files).finally(() => clearInterval(watch));
    line.end();
    const seconds = (performance.now() - start) / 1000;

    const scored = questions.filter(({ id }) => judgements.has(id));
    const means = { keywords: 0, full: 0 };
    for (const tier of ['keywords', 'full'] as const) {
      for (const { id, text } of scored) {
        const ranked = (await ranking(page, text, tier)).map((path) => ids.get(path)!);
        means[tier] += ndcg(ranked, judgements.get(id)!, 10) / scored.length;
      }
    }
    console.log(
      `${name}: ${report.added} documents, ${report.passages} passages in ${seconds.toFixed(0)} s; ` +
        `nDCG@10 keywords ${means.keywords.toFixed(3)}, full ${means.full.toFixed(3)} (${scored.length} questions)`,
    );
  } finally {
    await dispose();
  }
}
