/** What a person has said answers what. */
import type { Brand } from './brand.ts';
import type { ChunkId, DocumentId, Language } from './types.ts';

/** Derived from question, document and passage, so that saying it twice is saying it once. */
export type AcceptedId = Brand<string, 'AcceptedId'>;

/**
 * A question and the passage that a person accepted as its answer: remembered on this machine only, listed on request
 * and erasable one by one. It leads like questions to the passage, and adaptation may train on it.
 */
export interface AcceptedPair {
  readonly id: AcceptedId;
  readonly question: string;
  /** Of the question. */
  readonly language: Language;
  readonly document: DocumentId;
  /** The passage's text when it was accepted: by this it is known again when its document has been indexed anew. */
  readonly passage: string;
  /** The chunk that holds the passage now; absent while the collection has none, because its document was changed or removed. */
  readonly chunk?: ChunkId;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}
