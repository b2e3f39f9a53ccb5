/**
 * Large collections, in Chromium: written through the product's store, opened as the engine opens them, asked, and brought up
 * to date with what another tab commits.
 *
 *   npm run bench large, or ROWS=1000000 npx tsx test/bench/large.ts
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { launch } from '../browser/chromium.ts';
import { serveStorePage } from '../browser/store-page.ts';
import { cachedFile, embedMissing } from './kernels.corpus.ts';
import { rendererMemory } from './memory.ts';
import type { LargeLab } from './pages/large.ts';

declare const lab: LargeLab;

const ROWS = Number(process.env.ROWS ?? 100_000);

export async function run(): Promise<void> {
  await embedMissing('en', 'query', 256);
  await embedMissing('en', 'passage', 5_120);
  const base64 = async (role: 'passage' | 'query') => (await readFile(cachedFile('en', role))).toString('base64');
  const [passages, queries] = [await base64('passage'), await base64('query')];
  const server = await serveStorePage('test/bench/pages/large.html');
  const writing = await launch();
  let reading: Awaited<ReturnType<typeof launch>> | undefined;
  try {
    console.log(`${ROWS.toLocaleString('en')} passages of 200 characters with vectors of 384; load ${load()}`);
    const page = await server.open(writing.context);
    const written = await page.evaluate(([rows, real]) => lab.call('write', rows, real), [ROWS, passages] as const);
    console.log(`written in ${seconds(written)}`);
    await writing.context.close();

    // In a new browser, so that memory is that of opening and searching alone.
    reading = await launch({ profile: writing.profile });
    const fresh = await server.open(reading.context);
    const before = await rendererMemory(reading.profile);
    const opened = await fresh.evaluate((queries) => lab.call('open', queries), queries);
    const after = await rendererMemory(reading.profile);
    // What has been read and is needed no more is given back when the browser gets round to it.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const later = await rendererMemory(reading.profile);
    console.log(`answers after ${seconds(opened.answers)}, every vector read after ${seconds(opened.whole)}`);
    console.log(
      `a question of three words and a vector: ${opened.lowest.toFixed(1)} / ${opened.median.toFixed(1)} ms (lowest / median)`,
    );
    console.log(
      `renderers of the browser: ${megabytes(before.now)} before, ${megabytes(after.now)} after, ${megabytes(later.now)} ten seconds later; ${megabytes(later.most)} at most (bar 4: 2,000 MB at a million)`,
    );
    console.log(`recall@10 and form: ${JSON.stringify(opened.status.lanes)}; kernels: ${opened.status.kernels.form}`);
    for (const note of opened.notes) console.log(`note: ${note}`);
    if (ROWS <= 200_000) {
      const rounds = await fresh.evaluate((real) => lab.call('refresh', real), passages);
      for (const { refresh, reopen } of rounds) {
        const times = (reopen / refresh).toFixed(0);
        console.log(
          `256 passages of another tab: taken over in ${seconds(refresh)}, opened anew in ${seconds(reopen)}: ${times} ×`,
        );
      }
    }
    console.log(`load ${load()}`);
  } finally {
    await reading?.context.close();
    await writing.dispose().catch(() => {});
    await server.close();
  }
}

const load = () => loadavg()[0]!.toFixed(1);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;

if (process.argv[1] === import.meta.filename) await run();
