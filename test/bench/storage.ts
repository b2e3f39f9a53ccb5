/**
 * Our store against rows of Float32Array in IndexedDB, in Chromium: writing 100,000 vectors of 384, and opening them.
 *
 * The rivals take turns, round after round; the table holds the lowest and the median time, and how often the median
 * goes into that of rows of Float32Array. Values are random bits: what is stored does not compress better than real vectors.
 */
import { loadavg } from 'node:os';
import { launch } from '../browser/chromium.ts';
import { serveStorePage } from '../browser/store-page.ts';
import type { StorageLab } from './pages/storage.ts';

declare const lab: StorageLab;

const ROWS = Number(process.env.ROWS ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const ROWS_OF_VECTORS = 'rows of Float32Array';

export async function run(): Promise<void> {
  const server = await serveStorePage('test/bench/pages/storage.html');
  const { context, dispose } = await launch();
  try {
    const page = await server.open(context);
    const rounds: Awaited<ReturnType<StorageLab['round']>>[] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await page.evaluate((rows) => lab.round(rows), ROWS));

    const names = Object.keys(rounds[0]!);
    const sorted = (name: string, what: 'write' | 'open') =>
      rounds.map((one) => one[name]![what]).sort((a, b) => a - b);
    const median = (name: string, what: 'write' | 'open') => sorted(name, what)[Math.floor(ROUNDS / 2)]!;
    console.log(
      `${ROWS.toLocaleString('en')} vectors of 384, ${ROUNDS} interleaved rounds; milliseconds: lowest / median (times as fast as ${ROWS_OF_VECTORS})\n`,
    );
    console.log('| layout | write | open |\n|---|---|---|');
    for (const name of names) {
      const cell = (what: 'write' | 'open') =>
        `${sorted(name, what)[0]!.toFixed(0)} / ${median(name, what).toFixed(0)} (${(median(ROWS_OF_VECTORS, what) / median(name, what)).toFixed(1)})`;
      console.log(`| ${name} | ${cell('write')} | ${cell('open')} |`);
    }
    console.log(`\nbar 6: at least 4 times as fast as ${ROWS_OF_VECTORS}, each way; load ${loadavg()[0]!.toFixed(0)}`);
  } finally {
    await dispose();
    await server.close();
  }
}

if (process.argv[1] === import.meta.filename) await run();
