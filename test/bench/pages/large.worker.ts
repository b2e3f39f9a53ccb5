/** The worker of ../large.ts: writes a large collection through the product's store and opens it as the engine does. */
import { deleteDB } from 'idb';
import type { Chunk, ChunkId, DocumentId, ModelKey, UnitVector } from '../../../src/core/types.ts';
import { openCollection } from '../../../src/engine/collection.ts';
import { searchBlocks } from '../../../src/search/index.ts';
import { openBrowserStore } from '../../../src/store/browser.ts';
import { SEGMENT_ROWS } from '../../../src/store/segments.ts';
import type { Store } from '../../../src/store/store.ts';

const NAME = 'bench-large';
const MODEL = 'bench' as ModelKey;
const DIM = 384;
/** Passages of one document. */
const DOCUMENT_ROWS = 64;

const bench = {
  /** Real vectors, and noisy copies of them as far as they do not suffice. Milliseconds. */
  async write(rows: number, real: string): Promise<number> {
    await deleteDB(NAME);
    const vectors = floats(real);
    const start = performance.now();
    const store = await openStore();
    for (let row = 0; row < rows; row += SEGMENT_ROWS) await store.commit(change(store, row, rows, vectors));
    await store.close();
    return performance.now() - start;
  },

  /**
   * Opens the collection: milliseconds until it answers, and until every vector has been read; of questions, lowest and
   * median; and what it says of itself.
   */
  async open(queries: string) {
    const store = await openStore();
    const start = performance.now();
    const collection = await openCollection(store);
    const answers = performance.now() - start;
    await collection.whole;
    const whole = performance.now() - start;
    opened = { store, collection };
    const asked = floats(queries);
    const times: number[] = [];
    for (let call = 0; call < 40; call++) {
      const values = asked.subarray((call % 256) * DIM, ((call % 256) + 1) * DIM) as UnitVector;
      const text = `${wordOf(call * 31)} ${wordOf(call * 57 + 900)} ${wordOf(call * 7 + 40)}`;
      const from = performance.now();
      const { hits } = collection.index.search({ text, language: 'en', vectors: [{ model: MODEL, values }], k: 10 });
      if (hits.length < 10) throw new Error(`${hits.length} hits of ten`);
      // The first few ask strangers, too: once for as long as a library is open.
      if (call >= 8) times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    return {
      answers,
      whole,
      lowest: times[0]!,
      median: times[times.length >> 1]!,
      status: collection.index.status(),
      notes: collection.notes,
    };
  },

  /** Another tab commits 256 passages: milliseconds of taking that over, and of opening anew. */
  async refresh(real: string) {
    const vectors = floats(real);
    const { collection } = opened!;
    const other = await openStore();
    const times: { refresh: number; reopen: number }[] = [];
    for (let round = 0; round < 3; round++) {
      const at = (1 << 24) + round * 256;
      await other.commit(change(other, at, at + 256, vectors));
      const start = performance.now();
      if (!(await collection.refresh())) throw new Error('the collection was not refreshed');
      const refreshed = performance.now();
      const anew = await openCollection(other);
      await anew.whole;
      times.push({ refresh: refreshed - start, reopen: performance.now() - refreshed });
    }
    await other.close();
    return times;
  },

  async close() {
    await opened?.store.close();
    opened = undefined;
    await deleteDB(NAME);
  },
};
export type LargeBench = typeof bench;

let opened: { store: Store; collection: Awaited<ReturnType<typeof openCollection>> } | undefined;
const openStore = () => openBrowserStore(NAME, { derivation: searchBlocks() });

const floats = (base64: string) =>
  new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer);

function change(store: Store, from: number, rows: number, real: Float32Array) {
  const count = Math.min(SEGMENT_ROWS, rows - from);
  const vectors = new Float32Array(count * DIM);
  const known = real.length / DIM;
  for (let i = 0; i < count; i++) {
    const at = ((from + i) % known) * DIM;
    let squares = 0;
    for (let j = 0; j < DIM; j++) {
      const value = real[at + j]! + (from + i < known ? 0 : (0.484 / Math.sqrt(DIM)) * noise());
      vectors[i * DIM + j] = value;
      squares += value * value;
    }
    for (let j = i * DIM; j < (i + 1) * DIM; j++) vectors[j]! /= Math.sqrt(squares);
  }
  const chunks = Array.from({ length: count }, (_, i) => passage(from + i));
  const segment = { id: store.nextSegment(), model: MODEL, language: 'en', dim: DIM, chunks, vectors } as const;
  const documents = [...new Set(chunks.map(({ document }) => document))].map((id) => ({
    id,
    title: id,
    kind: 'text' as const,
    language: 'en' as const,
    hash: id,
    bytes: 12_800,
    addedAt: 0,
    chunks: DOCUMENT_ROWS,
    stored: DOCUMENT_ROWS,
  }));
  return { segments: [segment], documents };
}

/** About 200 characters. */
function passage(row: number): Chunk {
  const document = `notes/${Math.floor(row / DOCUMENT_ROWS)}.txt` as DocumentId;
  const ordinal = row % DOCUMENT_ROWS;
  const text = Array.from({ length: 32 }, () => wordOf(Math.floor(20_000 * uniform() ** 4))).join(' ');
  const place = {
    start: ordinal * 200,
    end: ordinal * 200 + 190,
    textStart: ordinal * 200,
    textEnd: ordinal * 200 + 190,
  };
  return { id: `${document}#${ordinal}` as ChunkId, document, ordinal, title: document, headings: [], text, ...place };
}

/** One of 20,000 words. */
const wordOf = (number: number) =>
  `${(number % 20_000).toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!)}on`;

let state = 1;
function uniform(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
/** Of mean 0 and variance 1, near enough to normal. */
const noise = () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);

addEventListener('message', ({ data: { method, args } }: MessageEvent<{ method: keyof LargeBench; args: never[] }>) => {
  (bench[method] as (...args: unknown[]) => Promise<unknown>)(...args).then(
    (value) => postMessage({ value }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
