import type { AcceptedId, AcceptedPair } from '../core/accepted.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Chunk, ChunkId, DocumentId } from '../core/types.ts';
import type { StoredPair } from '../store/store.ts';
import type { Collection } from './collection.ts';

/** The chunk of this id. @throws EngineError `bad-input` if the collection has none. */
export function chunkOf(collection: Collection, id: ChunkId): Chunk {
  const document = String(id).slice(0, Math.max(0, String(id).lastIndexOf('#'))) as DocumentId;
  const chunk = collection.chunks(document).find((one) => one.id === id);
  if (chunk) return chunk;
  throw new EngineError('bad-input', `Expected a passage of this collection, got “${id}”; it may have been removed.`);
}

/** What is kept when a person accepts `chunk` as the answer to `question`. */
export async function pairOf(question: string, { document, text }: Chunk): Promise<StoredPair> {
  const bytes = new TextEncoder().encode(JSON.stringify([question, document, text]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 8);
  const id = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') as AcceptedId;
  return { id, question, language: detectLanguage(question), document, passage: text, acceptedAt: Date.now() };
}

/** The pair as it is shown: where its passage is now. */
export function located({ model: _, vector: __, ...pair }: StoredPair, collection: Collection): AcceptedPair {
  const chunk = collection.chunks(pair.document).find(({ text }) => text === pair.passage);
  return { ...pair, ...(chunk && { chunk: chunk.id }) };
}
