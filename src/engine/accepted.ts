import type { AcceptedPair, PairId, RejectedPair } from '../core/accepted.ts';
import { EngineError } from '../core/errors.ts';
import { detectLanguage } from '../core/language.ts';
import type { Chunk, ChunkId, DocumentId } from '../core/types.ts';
import type { StoredAccepted, StoredPair } from '../store/store.ts';
import type { Collection } from './collection.ts';

/** The chunk of this id. @throws EngineError `bad-input` if the collection has none. */
export function chunkOf(collection: Collection, id: ChunkId): Chunk {
  const document = String(id).slice(0, Math.max(0, String(id).lastIndexOf('#'))) as DocumentId;
  const chunk = collection.chunks(document).find((one) => one.id === id);
  if (chunk) return chunk;
  throw new EngineError('bad-input', `Expected a passage of this collection, got “${id}”; it may have been removed.`);
}

/** What is kept when a person judges `chunk` as an answer to `question`. */
export async function pairOf(question: string, { document, text }: Chunk) {
  const bytes = new TextEncoder().encode(JSON.stringify([question, document, text]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 8);
  const id = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') as PairId;
  return { id, question, language: detectLanguage(question), document, passage: text };
}

export const isAccepted = (pair: StoredPair): pair is StoredAccepted => 'acceptedAt' in pair;

/** What a person accepted, the latest first, and where each passage is now. */
export const acceptedIn = (collection: Collection): AcceptedPair[] =>
  [...collection.pairs.values()]
    .filter(isAccepted)
    .sort((a, b) => b.acceptedAt - a.acceptedAt)
    .map(({ model: _, vector: __, ...pair }) => ({ ...pair, ...placeOf(pair, collection) }));

/** What a person rejected, likewise. */
export const rejectedIn = (collection: Collection): RejectedPair[] =>
  [...collection.pairs.values()]
    .flatMap((pair) => (isAccepted(pair) ? [] : [pair]))
    .sort((a, b) => b.rejectedAt - a.rejectedAt)
    .map((pair) => ({ ...pair, ...placeOf(pair, collection) }));

function placeOf({ document, passage }: StoredPair, collection: Collection) {
  const chunk = collection.chunks(document).find(({ text }) => text === passage);
  return chunk && { chunk: chunk.id };
}
