import type { DocumentId, ModelCard } from '../../../src/core/types.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import type { Store } from '../../../src/store/store.ts';
import { chunkOf } from '../../chunk-of.ts';

/** A store in memory that holds texts as the passages of one document, with the vectors given (rows × dim). */
export async function filled(texts: readonly string[], { key, dim }: ModelCard, vectors: Float32Array): Promise<Store> {
  const store = createMemoryStore();
  const document = 'passages' as DocumentId;
  const chunks = texts.map((text, i) => chunkOf(document, text, { ordinal: i }));
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
      vectors: vectors.slice(at * dim, (at + part.length) * dim),
    };
    await store.commit({ segments: [segment] });
  }
  return store;
}
