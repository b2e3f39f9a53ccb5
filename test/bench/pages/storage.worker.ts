/** The worker of ../storage.ts: writes and reads the same passages and vectors in each layout. */
import { deleteDB, openDB } from 'idb';
import type { Chunk, ChunkId, DocumentId, ModelKey } from '../../../src/core/types.ts';
import { openBrowserStore } from '../../../src/store/browser.ts';
import { SEGMENT_ROWS } from '../../../src/store/segments.ts';

const DIM = 384;
const DOCUMENT_ROWS = 100;

interface Data {
  readonly rows: number;
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly chunks: readonly Chunk[];
}

/** Milliseconds by layout. */
export type Round = Record<string, { write: number; open: number }>;

interface Rival {
  write(data: Data): Promise<void>;
  /** Everything that was written, in memory: the vectors in one matrix. */
  open(data: Data): Promise<Float32Array>;
  delete(): Promise<void>;
}

const vectorOf = ({ vectors }: Data, row: number) => vectors.slice(row * DIM, (row + 1) * DIM);

/** A record per passage, 1,000 a transaction, read back 4,096 at a time. */
const rowsOf = (name: string, record: (data: Data, row: number) => { vector: Float32Array }): Rival => ({
  async write(data) {
    const database = await openDB(name, 1, { upgrade: (made) => void made.createObjectStore('rows') });
    for (let from = 0; from < data.rows; from += 1000) {
      const { store, done } = database.transaction('rows', 'readwrite', { durability: 'relaxed' });
      const end = Math.min(from + 1000, data.rows);
      for (let row = from; row < end; row++) void store.put(record(data, row), row);
      await done;
    }
    database.close();
  },
  async open(data) {
    const database = await openDB(name, 1);
    const matrix = new Float32Array(data.rows * DIM);
    for (let from = 0; from < data.rows; from += 4096) {
      const rows: { vector: Float32Array }[] = await database.getAll('rows', IDBKeyRange.bound(from, from + 4095));
      for (const [i, { vector }] of rows.entries()) matrix.set(vector, (from + i) * DIM);
    }
    database.close();
    return matrix;
  },
  delete: () => deleteDB(name),
});

/** Our store as the engine uses it: passages and vectors, a commit a segment. */
const nearfield = (name: string, blocksIn: 'indexeddb' | 'opfs', withPassages = true): Rival => ({
  async write(data) {
    const store = await openBrowserStore(name, { blocksIn });
    for (let row = 0; row < data.rows; row += SEGMENT_ROWS) {
      const end = Math.min(row + SEGMENT_ROWS, data.rows);
      const shape = { id: store.nextSegment(), model: 'bench' as ModelKey, language: 'en', dim: DIM } as const;
      const chunks = data.chunks.slice(row, end);
      await store.commit({
        segments: [{ ...shape, chunks, vectors: data.vectors.slice(row * DIM, end * DIM) }],
      });
    }
    await store.close();
  },
  async open(data) {
    const store = await openBrowserStore(name);
    const matrix = new Float32Array(data.rows * DIM);
    const { segments, close } = await store.snapshot();
    let [at, passages] = [0, 0];
    // Ahead by a few, as the engine reads.
    const reading = segments.map(() => undefined as Promise<[Float32Array, readonly Chunk[]]> | undefined);
    for (let i = 0; i < segments.length; i++) {
      for (let j = i; j < Math.min(segments.length, i + 4); j++) {
        reading[j] ??= Promise.all([segments[j]!.vectors(), withPassages ? segments[j]!.chunks() : []]);
      }
      const [vectors, chunks] = await reading[i]!;
      reading[i] = undefined;
      matrix.set(vectors, at);
      at += vectors.length;
      passages += chunks.length;
    }
    close();
    await store.close();
    if (withPassages && passages !== data.rows) throw new Error(`${passages} passages of ${data.rows}`);
    return matrix;
  },
  async delete() {
    await deleteDB(name);
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('nearfield').catch(() => undefined);
    await folder?.removeEntry(name, { recursive: true }).catch(() => {});
  },
});

const rivals: Record<string, Rival> = {
  'rows of Float32Array': rowsOf('bench-rows', (data, row) => ({ vector: vectorOf(data, row) })),
  'rows of passage and Float32Array': rowsOf('bench-passages', (data, row) => ({
    ...data.chunks[row]!,
    vector: vectorOf(data, row),
  })),
  'nearfield, passages and vectors': nearfield('bench-idb', 'indexeddb'),
  'the same, opening vectors only': nearfield('bench-idb-vectors', 'indexeddb', false),
  'nearfield with blocks in OPFS, passages and vectors': nearfield('bench-opfs', 'opfs'),
  'the same in OPFS, opening vectors only': nearfield('bench-opfs-vectors', 'opfs', false),
};

/** One round: every rival writes, opens and deletes, in turn. Milliseconds. */
let rounds = 0;

async function round(rows: number): Promise<Round> {
  const data = sample(rows);
  const times: Round = {};
  // What one leaves behind slows down the next, so the order changes from round to round.
  const entries = Object.entries(rivals);
  const shift = rounds++ % entries.length;
  for (const [name, rival] of [...entries.slice(shift), ...entries.slice(0, shift)]) {
    await rival.delete();
    const start = performance.now();
    await rival.write(data);
    const written = performance.now();
    const matrix = await rival.open(data);
    times[name] = { write: written - start, open: performance.now() - written };
    for (const at of [0, 12_345, matrix.length - 1]) {
      if (matrix[at] !== data.vectors[at]) throw new Error(`${name} gave back other values`);
    }
    await rival.delete();
  }
  return times;
}

/** Values as incompressible as real ones, and passages of about 200 characters. */
function sample(rows: number): Data {
  const vectors = new Float32Array(rows * DIM);
  const bits = new Uint32Array(vectors.buffer);
  for (let at = 0; at < bits.length; at += 16_384) crypto.getRandomValues(bits.subarray(at, at + 16_384));
  // Random mantissas and signs below one, so that every value is a number.
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i]! & 0x80ffffff) | 0x3d000000;
  const words = 'index passage query vector segment store block model token search answer page'.split(' ');
  const chunks = Array.from({ length: rows }, (_, row): Chunk => {
    const document = `notes/${Math.floor(row / DOCUMENT_ROWS)}.md` as DocumentId;
    const ordinal = row % DOCUMENT_ROWS;
    const text = Array.from({ length: 32 }, () => words[Math.floor(Math.random() * words.length)]).join(' ');
    const place = {
      start: ordinal * 200,
      end: ordinal * 200 + 190,
      textStart: ordinal * 200,
      textEnd: ordinal * 200 + 190,
    };
    return {
      id: `${document}#${ordinal}` as ChunkId,
      document,
      ordinal,
      title: document,
      headings: ['One', 'Two'],
      text,
      ...place,
    };
  });
  return { rows, vectors, chunks };
}

addEventListener('message', ({ data: rows }: MessageEvent<number>) => {
  round(rows).then(postMessage, (error: unknown) => postMessage(String(error)));
});
