/** What a person has said answers what, and what does not. */
import type { Brand } from './brand.ts';
import type { ChunkId, DocumentId, Language } from './types.ts';

/** Derived from question, document and passage: saying it twice is saying it once, and saying the opposite replaces it. */
export type PairId = Brand<string, 'PairId'>;

/** A question and a passage that a person has judged: remembered on this machine only, listed on request and erasable one by one. */
export interface JudgedPair {
  readonly id: PairId;
  readonly question: string;
  /** Of the question. */
  readonly language: Language;
  readonly document: DocumentId;
  /** The passage's text when it was judged: by this it is known again when its document has been indexed anew. */
  readonly passage: string;
  /** The chunk that holds the passage now; absent while the collection has none, because its document was changed or removed. */
  readonly chunk?: ChunkId;
}

/** The passage answers the question: the question leads to it from then on, and adaptation may train on it. */
export interface AcceptedPair extends JudgedPair {
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** The passage does not answer the question: adaptation may learn from it what only looks right. Searching is not changed by it. */
export interface RejectedPair extends JudgedPair {
  /** Milliseconds since the epoch. */
  readonly rejectedAt: number;
}
