/** The product's engine over a store in memory that already holds the passages, with random unit vectors. */
import { connectEncoder } from '../../../src/bridge/client.ts';
import { serveEngine } from '../../../src/bridge/host.ts';
import type { Chunk, ChunkId, DocumentId } from '../../../src/core/types.ts';
import { createEngine } from '../../../src/engine.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';

const startEncoder = () => new Worker(new URL('../../../workers/embed.worker.ts', import.meta.url), { type: 'module' });
const encoder = connectEncoder(startEncoder);
const models = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };

async function filledStore() {
  const texts = (await (await fetch(new URL('../passages.json', self.location.href))).json()) as string[];
  const { key, dim } = await encoder.load(models.en);
  const store = createMemoryStore();
  const document = 'passages' as DocumentId;
  const chunks = texts.map(
    (text, i): Chunk => ({
      id: `${document}#${i}` as ChunkId,
      document,
      ordinal: i,
      title: '',
      headings: [],
      text,
      start: 0,
      end: text.length,
      textStart: 0,
      textEnd: text.length,
    }),
  );
  const summary = {
    id: document,
    title: '',
    kind: 'text' as const,
    language: 'en' as const,
    hash: '',
    bytes: 0,
    addedAt: 0,
  };
  await store.commit({ documents: [{ ...summary, chunks: chunks.length, stored: chunks.length }] });
  for (let at = 0; at < chunks.length; at += 4096) {
    const part = chunks.slice(at, at + 4096);
    const segment = {
      id: store.nextSegment(),
      model: key,
      language: 'en' as const,
      dim,
      chunks: part,
      vectors: directions(part.length, dim),
    };
    await store.commit({ segments: [segment] });
  }
  return store;
}

/** Rows pointing in random directions, from a fixed seed. */
function directions(rows: number, dim: number): Float32Array<ArrayBuffer> {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  const values = Float32Array.from({ length: rows * dim }, random);
  for (let at = 0; at < values.length; at += dim) {
    const row = values.subarray(at, at + dim);
    const length = Math.hypot(...row);
    for (let i = 0; i < dim; i++) row[i]! /= length;
  }
  return values;
}

serveEngine(createEngine({ store: filledStore, encoder, models }));
