/**
 * Kills a worker again and again while it indexes, at every kind of moment of a commit, and looks after each death
 * whether anything that was committed is lost, half there or wrong.
 *
 *   npx tsx test/fault/kills.ts [--kills 220] [--documents 1000] [--rows 3] [--opfs]
 */
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launch } from '../browser/chromium.ts';
import type { Lab } from '../browser/pages/store.ts';
import { serveStorePage } from '../browser/store-page.ts';

declare const lab: Lab;

export interface KillsReport {
  readonly kills: number;
  readonly documents: number;
  readonly faults: readonly string[];
}

interface KillOptions {
  readonly documents: number;
  readonly kills: number;
  /** Rows of a document. */
  readonly rows?: number;
  readonly blocksIn?: 'indexeddb' | 'opfs';
  readonly onProgress?: (deaths: number, committed: number, faults: number) => void;
}

/** Passages, vectors, sparse vectors, two derived blocks, token vectors, summary, content, and the manifest twice. */
const PUTS = 10;

/** One collection, indexed through as many deaths as asked for; the next worker goes on where the last one died. */
export async function killWhileIndexing(page: Page, options: KillOptions): Promise<KillsReport> {
  const { documents, kills, rows = 3, blocksIn = 'indexeddb', onProgress } = options;
  const name = `kills-${Date.now()}`;
  const committed = new Set<number>();
  const faults: string[] = [];
  // A commit is ten puts (more with a merge) and one completion: these counts walk through all of them.
  const perLife = Math.max(1, Math.floor(documents / kills));
  let deaths = 0;
  for (let life = 0; ; life++) {
    const last = deaths >= kills;
    const point = last ? 'never' : life % 10 === 9 ? 'complete' : 'put';
    const count = point === 'complete' ? perLife - 1 : (perLife - 1) * PUTS + (life % PUTS) + (life % 2) * PUTS;
    const result = await page.evaluate((wanted) => lab.live(wanted), {
      name,
      documents,
      rows,
      point,
      count,
      blocksIn,
    } as const);
    for (const one of result.committed) committed.add(one);
    if (result.ended === 'hanging') deaths++;
    const derivedToo = deaths % 20 === 0;
    if (derivedToo) onProgress?.(deaths, committed.size, faults.length);
    const found = await page.evaluate(([name, rows, all, derivedToo]) => lab.faults(name, rows, all, derivedToo), [
      name,
      rows,
      [...committed],
      derivedToo,
    ] as const);
    faults.push(...found.map((fault) => `after death ${deaths} (${point} ${count}): ${fault}`));
    if (result.ended === 'done') break;
  }
  const all = await page.evaluate(([name, rows, all]) => lab.faults(name, rows, all, true), [
    name,
    rows,
    Array.from({ length: documents }, (_, i) => i),
  ] as const);
  return { kills: deaths, documents, faults: [...faults, ...all] };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string' },
      documents: { type: 'string' },
      rows: { type: 'string' },
      opfs: { type: 'boolean' },
    },
  });
  const server = await serveStorePage();
  const { context, dispose } = await launch();
  try {
    const page = await server.open(context);
    const started = performance.now();
    const report = await killWhileIndexing(page, {
      documents: Number(values.documents ?? 1000),
      kills: Number(values.kills ?? 220),
      rows: Number(values.rows ?? 3),
      blocksIn: values.opfs ? 'opfs' : 'indexeddb',
      onProgress: (deaths, committed, faults) =>
        console.log(`${deaths} deaths, ${committed} documents committed, ${faults} faults`),
    });
    console.log({ ...report, seconds: Math.round((performance.now() - started) / 1000) });
    process.exitCode = report.faults.length > 0 ? 1 : 0;
  } finally {
    await dispose();
    await server.close();
  }
}
