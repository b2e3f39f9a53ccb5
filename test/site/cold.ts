/**
 * A first search as a visitor has it: bytes over HTTP in Chromium on an empty cache, script included, for whole questions
 * and for two keywords; then, warm and with the processor slowed to a quarter, the time from a keystroke to its results
 * and the longest task of the page.
 *
 *   npm run eval:cold -- <collection folder> <en|zh> [samples] [vector cache] [visits]
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeEncoder } from '../../src/embed/encoder.node.ts';
import { isFunctionWord } from '../../src/search/function-words.ts';
import { buildSite } from '../../src/site/build.ts';
import { openVectorCache } from '../../src/site/cache.node.ts';
import { pagesIn, writeIndex } from '../../src/site/files.node.ts';
import { filesOf, MANIFEST, parseManifest } from '../../src/site/manifest.ts';
import { percentile } from '../bench/report.ts';
import { launch } from '../browser/chromium.ts';
import { median, questionsOf } from './collection.ts';
import { renderCollection } from './render.ts';
import { serveSite } from './serve.ts';

const [
  collection,
  language,
  samples = '8000',
  cachePath = join(homedir(), '.cache/nearfield/site-vectors.bin'),
  visits = '20',
] = process.argv.slice(2);
if (!collection || !language) throw new Error('Expected a collection folder and its language, en or zh.');
const widget = join(import.meta.dirname, '../../dist/widget');
if (!existsSync(widget)) throw new Error('Expected the widget to be built; run “npm run build:widget” first.');

const folder = mkdtempSync(join(tmpdir(), 'nearfield-cold-'));
const output = join(folder, 'nearfield');
renderCollection(collection, folder, language);
const encoder = createNodeEncoder();
const cache = openVectorCache(cachePath);
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };
const build = async (ranges: boolean) => {
  const settings = { encoder, models, cache, samples: Number(samples), ranges };
  await writeIndex(output, await buildSite(await pagesIn(folder, output), settings));
};
await build(true);
cpSync(widget, output, { recursive: true });
writeFileSync(
  join(folder, 'search.html'),
  `<!doctype html><html lang="${language}"><title>Search</title><script type="module" src="/nearfield/nearfield.js"></script><nearfield-search></nearfield-search></html>`,
);
const site = await serveSite(folder);
const questions = questionsOf(collection)
  .filter(({ wanted }) => wanted)
  .slice(0, Number(visits))
  .map(({ text }) => text);
const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
const keywords = questions.map((question) =>
  [...segmenter.segment(question)]
    .filter(({ segment, isWordLike }) => isWordLike && !isFunctionWord(segment.toLowerCase()))
    .map(({ segment }) => segment)
    .sort((a, b) => b.length - a.length)
    .slice(0, 2)
    .join(language === 'zh' ? '' : ' '),
);
const filesNow = () => {
  const { lanes } = parseManifest(JSON.parse(readFileSync(join(output, MANIFEST), 'utf8')));
  return 1 + lanes.reduce((sum, lane) => sum + filesOf(lane).length, 0);
};
const report = async (what: string) => {
  console.log(`${what}, ${filesNow()} files:`);
  console.log('whole question', await cold(questions));
  console.log('two keywords', await cold(keywords));
};
console.log('warm, processor slowed to a quarter', await warm());
await report('A host that knows ranges');
site.ranges = false;
await report('A host that does not');
await build(false);
await report('The same, built with --no-ranges');
cache.close();
await encoder.close();
await site.close();
rmSync(folder, { recursive: true });

async function cold(queries: readonly string[]) {
  const sizes: { script: number; all: number; requests: number }[] = [];
  for (const query of queries) {
    const { context, dispose } = await launch();
    const page = await context.newPage();
    site.forget();
    await page.goto(`${site.url}search.html`);
    await page.waitForFunction(() => customElements.get('nearfield-search'));
    const start = site.sent;
    // Pasted: every keystroke on the way would only fetch what the whole asks for, and more.
    await page.locator('nearfield-search input').fill(query);
    await page.locator('nearfield-search :is(a[role=option], .nothing)').first().waitFor();
    await page.waitForTimeout(800);
    sizes.push({ script: start, all: site.sent, requests: site.asked.length });
    await dispose();
  }
  const kilobytes = (values: readonly number[]) => `${Math.round(median(values) / 1024)} KB`;
  return {
    pageAndScript: kilobytes(sizes.map(({ script }) => script)),
    all: kilobytes(sizes.map(({ all }) => all)),
    most: `${Math.round(Math.max(...sizes.map(({ all }) => all)) / 1024)} KB`,
    requests: median(sizes.map(({ requests }) => requests)),
  };
}

async function warm() {
  const { context, dispose } = await launch();
  const page = await context.newPage();
  await page.goto(`${site.url}search.html`);
  const input = page.locator('nearfield-search input');
  for (const query of questions) {
    await input.fill(query);
    await page.waitForTimeout(1000);
  }
  const client = await context.newCDPSession(page);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.evaluate(() => {
    const seen = { tasks: [] as number[], times: [] as number[], firsts: [] as number[], start: 0 };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.tasks.push(duration);
    }).observe({ type: 'longtask' });
    document.addEventListener('nearfield:search', () => {
      seen.start = performance.now();
    });
    document.addEventListener('nearfield:results', (event) => {
      const { query } = (event as CustomEvent<{ query: string }>).detail;
      if (seen.start > 0) (query.length === 1 ? seen.firsts : seen.times).push(performance.now() - seen.start);
      seen.start = 0;
    });
    Object.assign(window, { seen });
  });
  for (const query of questions) {
    await input.fill('');
    await input.press([...query][0]!);
    await page.waitForTimeout(1000);
    await input.fill(query);
    await page.waitForTimeout(1000);
  }
  const { tasks, times, firsts } = await page.evaluate(
    () => (window as unknown as { seen: { tasks: number[]; times: number[]; firsts: number[] } }).seen,
  );
  await dispose();
  const ms = (value: number) => `${Math.round(value)} ms`;
  return {
    firstKeyP50: ms(percentile(firsts, 0.5)),
    firstKeyP95: ms(percentile(firsts, 0.95)),
    p50: ms(percentile(times, 0.5)),
    p95: ms(percentile(times, 0.95)),
    longTasks: tasks.length,
    longest: ms(Math.max(0, ...tasks)),
  };
}
