/**
 * Token vectors in Chromium: what it costs to read those of fifty passages, spread over a large collection, in parts, against
 * reading the blocks that hold them whole. A page is opened anew for each round, so that the first search of a round finds
 * no tables in memory; every search asks for other passages.
 */
import { loadavg } from 'node:os';
import { launch } from '../browser/chromium.ts';
import type { Lab } from '../browser/pages/store.ts';
import { serveStorePage } from '../browser/store-page.ts';

declare const lab: Lab;

const ROWS = Number(process.env.ROWS ?? 20_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Token vectors of a passage of 150 tokens, by the English model. */
const [DIM, VECTORS, BYTES] = [384, 50, 192];
const DEPTH = 50;

export async function run(): Promise<void> {
  const server = await serveStorePage();
  const { context, dispose } = await launch();
  try {
    // Scripts run by tsx name their functions through a helper that a page does not have.
    await context.addInitScript('globalThis.__name = (f) => f');
    const writer = await server.open(context);
    await writer.evaluate(write, [ROWS, DIM, VECTORS, BYTES] as const);
    await writer.close();
    const times: { parts: number[]; whole: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await server.open(context);
      times.push(await page.evaluate(search, [ROWS, DEPTH, VECTORS * BYTES, round] as const));
      await page.close();
    }
    const row = (name: string, list: readonly number[]) => {
      const sorted = [...list].sort((a, b) => a - b);
      return `| ${name} | ${sorted[0]!.toFixed(0)} | ${sorted[sorted.length >> 1]!.toFixed(0)} |`;
    };
    console.log(
      `${DEPTH} of ${ROWS.toLocaleString('en')} passages of ${VECTORS} vectors, ${ROUNDS} rounds; milliseconds\n`,
    );
    console.log('| read | lowest | median |\n|---|---|---|');
    console.log(
      row(
        'in parts, first search of a page',
        times.map(({ parts }) => parts[0]!),
      ),
    );
    console.log(
      row(
        'in parts, later ones',
        times.flatMap(({ parts }) => parts.slice(1)),
      ),
    );
    console.log(
      row(
        'their blocks whole',
        times.map(({ whole }) => whole),
      ),
    );
    console.log(`\nload ${loadavg()[0]!.toFixed(0)}`);
  } finally {
    await dispose();
    await server.close();
  }
}

/** Fills a collection; in the page. */
async function write([rows, dim, vectors, bytes]: readonly [number, number, number, number]): Promise<void> {
  const store = await lab.openBrowserStore('bench-tokens');
  const each = vectors * bytes;
  for (let from = 0; from < rows; from += 256) {
    const count = Math.min(256, rows - from);
    const { chunks } = lab.documentChange({ nextSegment: () => 0 }, `${from}.md`, count).segments[0]!;
    const levels = new Uint8Array(count * each);
    for (let at = 0; at < levels.length; at += 65_536) crypto.getRandomValues(levels.subarray(at, at + 65_536));
    const tokens = { offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i * each), levels };
    const shape = { id: store.nextSegment(), model: lab.MODEL, language: 'en', dim } as const;
    await store.commit({ segments: [{ ...shape, chunks, vectors: new Float32Array(count * dim), tokens }] });
  }
  await store.close();
}

/** Searches of one page: milliseconds. */
async function search([rows, depth, bytes, seed]: readonly [number, number, number, number]) {
  const store = await lab.openBrowserStore('bench-tokens');
  const chunkAt = (row: number) => lab.chunk(`${row - (row % 256)}.md`, row % 256);
  const asked = (round: number) =>
    Array.from({ length: depth }, (_, i) => chunkAt(((seed * 97 + round * 31 + i) * 7919) % rows));
  const parts: number[] = [];
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    const read = await store.tokens(asked(round), lab.MODEL);
    parts.push(performance.now() - start);
    if (!read.every((one) => one?.length === bytes)) throw new Error('not all were there');
  }
  await store.close();
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('bench-tokens');
    request.onsuccess = () => resolve(request.result);
  });
  const blocks = database.transaction('blocks').objectStore('blocks');
  const get = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
  const keys = (await get(blocks.getAllKeys(IDBKeyRange.bound('tokens/', 'tokens/\uffff')))) as string[];
  const start = performance.now();
  const wanted = new Set(Array.from({ length: depth }, (_, i) => keys[(i * 7919) % keys.length]!));
  const whole = await Promise.all(
    [...wanted].map(async (key) => {
      const value = await get(database.transaction('blocks').objectStore('blocks').get(key));
      return (value instanceof Blob ? await value.arrayBuffer() : (value as ArrayBuffer)).byteLength;
    }),
  );
  const took = performance.now() - start;
  database.close();
  if (whole.some((size) => size === 0)) throw new Error('an empty block');
  return { parts, whole: took };
}

if (process.argv[1] === import.meta.filename) await run();
