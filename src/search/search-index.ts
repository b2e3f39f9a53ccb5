import type { PairId } from '../core/accepted.ts';
import type { Hit, Query, SearchResult } from '../core/answer.ts';
import type { Fusion, SearchStatus } from '../core/engine.ts';
import type { Chunk, ChunkId, Cosine, DocumentId, FieldWeights, Language, ModelKey, Segment } from '../core/types.ts';
import type { SearchBlocks } from './derived.ts';
import type { Apart } from './fuse.ts';
import type { Bm25Options } from './lexicon.ts';
import type { KnownQuestion } from './questions.ts';
import type { Floor, RefusalFeatures } from './refuse.ts';

/** One retriever alone is for measuring; a person gets `fused`. */
export type Method = 'bm25' | 'dense' | 'sparse' | 'fused';

export interface SearchSettings {
  /** `fused` unless told. */
  readonly method?: Method;
  /** Retrievers, and the step towards the likeliest passages, that `fused` does without: to measure what each is worth. */
  readonly without?: readonly (Exclude<Method, 'fused'> | 'rocchio')[];
  /** Asks again with words of the first hits: pseudo-relevance feedback. Not unless told; costs as much as the search. */
  readonly feedback?: boolean;
  /** `ranks` is reciprocal rank fusion, see `fuseRanks`; by weighted scores unless told. */
  readonly fusion?: Fusion;
  /**
   * Hits say why they are there unless this is false: then they say only what keeps them in place (they hold the query as it
   * stands, or answered it before), and `Found.explain` the rest, which is most of the cost of a long list.
   */
  readonly explain?: boolean;
}

export interface SearchIndexOptions {
  readonly bm25?: Bm25Options;
  /** For what `add` takes; what `load` takes was weighed when it was written. */
  readonly fields?: FieldWeights;
  /** Passages of one model up to which every cosine is exact; more are read in 4 bits first and the best made exact. 16,384 unless told. */
  readonly exactRows?: number;
  /** Rows of each model that are about to be loaded: of very many, 7 bits a value are kept in the place of float32. */
  readonly expected?: ReadonlyMap<ModelKey, number>;
}

export interface Found extends SearchResult {
  /** A hit of this search with its reasons and matches, beside the reasons that it has got since. */
  explain(hit: Hit): Hit;
  /** The largest share of the query's words that stand together in one place of a passage: `togetherIn`. */
  readonly together: (passage: Chunk) => number;
}

/** What a search's confidence is made of. */
export interface Judged {
  readonly features: RefusalFeatures;
  readonly floor: Floor;
  /** A passage holds the whole query, of several words, as it stands, or is known to answer it: never refused. */
  readonly certain: boolean;
}

export interface IndexStats {
  /** Live chunks. */
  readonly chunks: number;
  readonly postings: number;
  readonly models: readonly ModelKey[];
}

export interface LiveRow {
  readonly row: number;
  readonly chunk: Chunk;
  /** What made its vector. */
  readonly model: ModelKey;
}

export interface NearRow {
  readonly chunk: Chunk;
  readonly cosine: Cosine;
}

/** Segments in memory, searchable as soon as they are added. Everything is synchronous. */
export interface SearchIndex {
  /**
   * Returns the number of the first row. `dead`: rows of the segment that no longer count. Cost: analysing the segment's
   * text; its arrays are kept, not copied.
   */
  add(segment: Segment, dead?: ReadonlySet<number>): number;
  /**
   * As `add`, from what was computed before; returns the number of the first row. The segment is found at once, by
   * estimates of its cosines until `supply` brings its vectors. Cost: a copy of the blocks.
   */
  load(segment: Omit<Segment, 'vectors'>, blocks: SearchBlocks, dead?: ReadonlySet<number>): number;
  /** The vectors of the segment that was loaded as row `first` and on. @throws EngineError `quota-exceeded` if there is no memory for them. */
  supply(first: number, vectors: Float32Array): void;
  /** Every chunk of these documents goes; unknown ones are ignored. Cost: one look at each chunk. */
  remove(documents: Iterable<DocumentId>): void;
  /** Known questions of passages that are here, or come later. */
  addQuestions(questions: readonly KnownQuestion[]): void;
  /** These are the known questions from now on, and no others. */
  setQuestions(questions: readonly KnownQuestion[]): void;
  forgetQuestions(accepted: Iterable<PairId>): void;
  /** The rows of a loaded segment go. */
  drop(first: number, rows: number): void;
  /** Cost: the postings of the query's words, and one pass over the vectors of each model the query has a vector of. */
  search(query: Query, settings?: SearchSettings): Found;
  /**
   * What the first question in a language waits for, the floor of refusal, a step at a time: ask for it in idle time, and
   * the question finds it there, and the code of searching compiled; then `Lexicon.merge`. Cost: twenty searches, one a
   * step, and that.
   */
  prepare(language: Language, strangers?: Query['strangers']): Iterable<void>;
  /** What the confidence of a search is made of, for those who measure it. */
  judge(query: Query): Judged;
  /** What a fused search makes of a query but for its meaning, by row: see `takeApart`. */
  apart(query: Pick<Query, 'text' | 'typing' | 'vectors'>): Apart;
  /** The rows that count, ascending. A row keeps its number as long as the index lives. */
  live(): readonly LiveRow[];
  /**
   * Copies of vectors, of rows that one model made, as exact as they are kept; they are all there once they were supplied.
   * Shapes: rows × dim. @throws EngineError `bad-input` for a row whose vector is not there.
   */
  vectors(rows: readonly number[]): { readonly dim: number; readonly values: Float32Array<ArrayBuffer> };
  /** The `k` live chunks of the same model whose vectors are nearest to this one's, best first; itself left out. Cost: one pass. */
  nearest(id: ChunkId, k: number): readonly NearRow[];
  stats(): IndexStats;
  /** Cost: at most one exact pass, see `Vectors.status`. */
  status(): SearchStatus;
}
