/** What a search returns, from the retrievers' hits to the answer a person reads. */

import type { WeightedTerm } from './expansion.ts';
import type { SparseVector } from './sparse.ts';
import type { Chunk, DocumentId, Language, ModelKey, Range, UnitVector } from './types.ts';

/** How a retriever came to its hit, in a form the UI can put into words. */
export type Reason =
  | {
      readonly kind: 'words' /** as they stand in the query */;
      readonly matched: readonly string[];
      readonly score: number;
    }
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'meaning'; readonly cosine: number; readonly score: number }
  | {
      readonly kind: 'learned' /** the learned-sparse retriever: shared tokens, as much as they tell */;
      readonly score: number;
    }
  | {
      readonly kind: 'reread' /** mean over the query's words of the nearest word's cosine, or what a cross-encoder says, 0–1 */;
      readonly similarity: number;
    }
  | { readonly kind: 'question'; readonly question: string; readonly score: number };

/** A word of the passage that the query asks for, as a range of `chunk.text`. */
export interface Match extends Range {
  /** How much the word tells: its idf. */
  readonly weight: number;
}

export interface Hit {
  readonly chunk: Chunk;
  /** What made the chunk's vector. */
  readonly model?: ModelKey;
  /** Fused score; ranks hits of one search, means nothing across searches. */
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** Ascending by start; may overlap (a compound and its parts). Function words are left out. */
  readonly matches: readonly Match[];
  /** The sentence that made it a hit, as a range of `chunk.text`, where sentences were compared by meaning. */
  readonly focus?: Range;
}

export interface QueryVector {
  readonly model: ModelKey;
  /** As encoded: the cosines that are shown, and that decide whether to refuse, are this one's. */
  readonly values: UnitVector;
  /** As a trained adapter turns it, where one is applied: what ranks. */
  readonly adapted?: UnitVector;
  /** From the model's learned-sparse head, where it has one. */
  readonly sparse?: SparseVector;
}

/** How readily a search says that nothing here answers: the owner's knob. `off` never says so. */
export type Refusal = 'off' | 'lenient' | 'normal' | 'strict';

/** A query as the search stage takes it. */
export interface Query {
  readonly text: string;
  readonly language: Language;
  /** One per model in the index that can encode this query; none means keywords only. */
  readonly vectors: readonly QueryVector[];
  /** How many hits are wanted. */
  readonly k: number;
  /** The last word may be unfinished: match it as a prefix too. */
  readonly typing?: boolean;
  /** Restricts the search to these documents. */
  readonly documents?: ReadonlySet<DocumentId>;
  /** Words to look for beside the query's own: a passage that holds them is found, one that does not loses nothing. */
  readonly also?: readonly WeightedTerm[];
  /** `normal` unless told. */
  readonly refuse?: Refusal;
  /**
   * Vectors of `strangers(language)` of the search stage, in their order, for the models that `vectors` has: with them
   * refusal is calibrated to the index's meaning as well as to its words.
   */
  readonly strangers?: readonly (readonly QueryVector[])[];
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Probability, calibrated, that the best hit answers the query. */
  readonly confidence: number;
  /** `confidence` is below the threshold: say "nothing relevant". */
  readonly refused: boolean;
  /** Milliseconds by stage, e.g. `{ bm25: 1.2, dense: 3.4, fuse: 0.1 }`. */
  readonly timings: Readonly<Record<string, number>>;
}

/** A hit as a person sees it. */
export interface Passage {
  readonly chunk: Chunk;
  readonly score: number;
  readonly reasons: readonly Reason[];
  /** Matched words, as ranges of `chunk.text`, ascending, not overlapping. */
  readonly highlights: readonly Range[];
  /** The sentence that answers, as a range of `chunk.text`. */
  readonly focus: Range;
}

export interface Answer {
  readonly query: string;
  readonly language: Language;
  readonly passages: readonly Passage[];
  readonly confidence: number;
  /** Nothing in the collection answers this; `passages` are the near misses. */
  readonly refused: boolean;
  /** `keywords` while the model of the query's language is not yet loaded. */
  readonly tier: 'keywords' | 'full';
  /** The first passages were read again, word by word. */
  readonly reranked: boolean;
  readonly timings: Readonly<Record<string, number>>;
}
