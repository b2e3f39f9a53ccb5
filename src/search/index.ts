import type { Query, SearchResult } from '../core/answer.ts';
import type { Chunk, DocumentId, ModelKey, Segment } from '../core/types.ts';
import type { PackedRows } from '../kernels/packed-rows.ts';
import { topScores } from '../kernels/topk.ts';
import { createVectors } from './dense.ts';
import type { SearchBlocks } from './derived.ts';
import { explain as explainHit } from './explain.ts';
import { type Apart, fuse, standardiseLanes, takeApart } from './fuse.ts';
import { postingsOf } from './indexed-text.ts';
import { bestShare, scoreWords } from './keywords.ts';
import { type Bm25Options, createLexicon } from './lexicon.ts';
import { phraseMargin } from './phrases.ts';
import type { Postings } from './postings.ts';
import { confidence, type Floor, type RefusalFeatures, standout, THRESHOLDS } from './refuse.ts';
import { createSparseVectors } from './sparse.ts';
import { createFloors } from './strangers.ts';
import { searchableText } from './text.ts';
import { findVerbatim, keepVerbatim } from './verbatim.ts';

export { ANALYSER_VERSION } from './analyse.ts';
export { readSearchBlocks, type SearchBlocks, searchBlocks } from './derived.ts';
export { createReranker, RERANK_DEPTH, type Reranker } from './rerank.ts';
export { simplify } from './simplify.ts';
export { strangers } from './strangers.ts';
export type { Apart };

/** One retriever alone is for measuring; a person gets `fused`. */
export type Method = 'bm25' | 'dense' | 'sparse' | 'fused';

export interface SearchSettings {
  /** `fused` unless told. */
  readonly method?: Method;
  /** Retrievers that `fused` does without: to measure what each is worth. */
  readonly without?: readonly Exclude<Method, 'fused'>[];
  /** Hits say why they are there unless this is false: reading them again is most of the cost of a long list. */
  readonly explain?: boolean;
}

export interface SearchIndexOptions {
  readonly bm25?: Bm25Options;
  /** Passages of one model up to which every cosine is exact; more are read in 4 bits first and the best made exact. 16,384 unless told. */
  readonly exactRows?: number;
}

/** What a search's confidence is made of. */
export interface Judged {
  readonly features: RefusalFeatures;
  readonly floor: Floor;
  /** A passage holds the whole query, of several words, as it stands: never refused. */
  readonly verbatim: boolean;
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

/** Segments in memory, searchable as soon as they are added. Everything is synchronous. */
export interface SearchIndex {
  /** `dead`: rows of the segment that no longer count. Cost: analysing the segment's text; its arrays are kept, not copied. */
  add(segment: Segment, dead?: ReadonlySet<number>): void;
  /**
   * As `add`, from what was computed before; returns the number of the first row. The segment is found at once, by
   * estimates of its cosines until `supply` brings its vectors. Cost: a copy of the blocks.
   */
  load(segment: Omit<Segment, 'vectors'>, blocks: SearchBlocks, dead?: ReadonlySet<number>): number;
  /** The vectors of the segment that was loaded as row `first` and on. @throws EngineError `quota-exceeded` if there is no memory for them. */
  supply(first: number, vectors: Float32Array): void;
  /** Every chunk of these documents goes; unknown ones are ignored. Cost: one look at each chunk. */
  remove(documents: Iterable<DocumentId>): void;
  /** The rows of a loaded segment go. */
  drop(first: number, rows: number): void;
  /** Cost: the postings of the query's words, and one pass over the vectors of each model the query has a vector of. */
  search(query: Query, settings?: SearchSettings): SearchResult;
  /** What the confidence of a search is made of, for those who measure it. */
  judge(query: Query): Judged;
  /** What a fused search makes of a query's words, by row: see `takeApart`. The vectors of the query play no part. */
  apart(query: Pick<Query, 'text' | 'typing'>): Apart;
  /** The rows that count, ascending. A row keeps its number as long as the index lives. */
  live(): readonly LiveRow[];
  stats(): IndexStats;
}

/** Rows whose words are indexed together: as many as a stored segment has. */
const PART_ROWS = 4096;

/** So many of the best by estimated cosines are scored exactly, or four times as many as are wanted. */
const CANDIDATES = 100;

/** Confidence that a passage answers a query of several words which it holds verbatim. */
const CERTAIN = 0.95;

/** Hits whose neighbouring words are looked at to tell whether one of them answers. */
const READ_FOR_PHRASES = 10;

/** Takes segments of any mix of models and languages; a vector is only ever compared with vectors of its own `ModelKey`. */
export function createSearchIndex({ bm25, exactRows }: SearchIndexOptions = {}): SearchIndex {
  const lexicon = createLexicon(bm25);
  const vectors = createVectors(exactRows);
  const sparseVectors = createSparseVectors();
  const floorOf = createFloors((query) => featuresOf(query, rank(query)));
  const chunks: Chunk[] = [];

  /** Rows that this search may not return. */
  function barred(documents?: ReadonlySet<DocumentId>): Uint8Array {
    const skip = lexicon.dead();
    if (documents) for (const [row, chunk] of chunks.entries()) if (!documents.has(chunk.document)) skip[row] = 1;
    return skip;
  }

  function kill(row: number): void {
    lexicon.kill(row);
    vectors.kill(row);
  }

  /** BM25, with the query as a whole as one more word. */
  function wordsOf(text: string, typing: boolean | undefined, skip: Uint8Array) {
    const { groups, scores, held, heldTelling, total, totalTelling } = scoreWords(text, lexicon, typing);
    const words = scores.slice(); // the lexicon's own hold until it is asked again
    const candidates = words.map((score, row) => (skip[row] === 0 && held[row]! > total * 0.9999 ? score : 0));
    const verbatim = groups.length > 1 ? findVerbatim(text, candidates, (row) => searchableText(chunks[row]!)) : [];
    // The rarer, the more it tells.
    for (const row of verbatim) words[row]! += lexicon.idf(verbatim.length);
    const coverage = bestShare(held, total, skip);
    return { groups, words, verbatim, total, coverage, telling: bestShare(heldTelling, totalTelling, skip) };
  }

  /** One score a row, and what it is made of; −∞ for a row that may not be returned or that nothing speaks for. */
  function rank(
    query: Query,
    { method = 'fused', without = [] }: SearchSettings = {},
    lap: (stage: string) => void = () => {},
  ) {
    const asks = (one: Exclude<Method, 'fused'>) => (method === 'fused' ? !without.includes(one) : method === one);
    const rows = chunks.length;
    const skip = barred(query.documents);
    const asked = wordsOf(asks('bm25') ? query.text : '', query.typing, skip);
    const { words, coverage } = asked;
    lap('bm25');

    // An adapter was trained to rank; whether anything here answers is for the query as it was asked.
    const meant = vectors.ask(asks('dense') ? query.vectors : [], rows, skip, query.documents !== undefined);
    const { cosine, ranking, standard: meaning } = meant;
    lap('dense');

    const shared = sparseVectors.score(asks('sparse') ? query.vectors : [], rows, skip);
    const learned = standardiseLanes(shared, sparseVectors.lanes(), skip);
    const isLearned = asks('sparse') && query.vectors.some(({ sparse }) => sparse);
    lap('sparse');

    const alone = { bm25: words, dense: ranking, sparse: shared };
    const scoreAll = () => {
      const score =
        method === 'fused'
          ? fuse(words, meaning, coverage, skip, isLearned ? learned : undefined)
          : alone[method].slice();
      for (let row = 0; row < rows; row++) {
        const found = words[row]! > 0 || shared[row]! > 0 || !Number.isNaN(cosine[row]!);
        if (skip[row] === 1 || !found) score[row] = Number.NEGATIVE_INFINITY;
      }
      return score;
    };
    let score = scoreAll();
    if (!meant.exact) {
      // The best by estimates, and the nearest by meaning, which say whether anything here answers.
      const depth = Math.max(CANDIDATES, 4 * query.k);
      const candidates = [score, cosine].flatMap((some) => topScores(some, depth)).map(({ row }) => row as number);
      meant.refine([...new Set(candidates)]);
      score = scoreAll();
    }
    return { ...asked, skip, cosine, meaning, learned, score };
  }

  function featuresOf(query: Query, { words, total, telling, cosine, score, skip }: ReturnType<typeof rank>) {
    const first = topScores(score, READ_FOR_PHRASES).map(({ row }) => row as number);
    const standing = standout(cosine, query.language, skip);
    const idf = (term: string) => lexicon.idf(lexicon.frequency(term));
    const read = first.map((row) => searchableText(chunks[row]!));
    return {
      words: first[0] === undefined || total <= 0 ? 0 : words[first[0]]! / total,
      coverage: telling,
      phrase: phraseMargin(query.text, read, idf),
      ...(standing !== undefined && { meaning: standing }),
    };
  }

  function judge(query: Query, ranking: ReturnType<typeof rank>): Judged {
    const features = featuresOf(query, ranking);
    const floor = floorOf(query.language, lexicon.live, query.strangers);
    return { features, floor, verbatim: ranking.verbatim.length > 0 };
  }

  function take(
    segment: Omit<Segment, 'vectors'>,
    dense: Float32Array | PackedRows,
    postings: Iterable<Postings>,
    gone: Iterable<number> = [],
  ): number {
    const base = chunks.length;
    for (const chunk of segment.chunks) chunks.push(chunk);
    vectors.add(segment, base, dense);
    sparseVectors.add(segment, base);
    for (const part of postings) lexicon.add(part);
    for (const row of gone) kill(base + row);
    return base;
  }

  return {
    add(segment, gone) {
      const parts: Postings[] = [];
      for (let at = 0; at < segment.chunks.length; at += PART_ROWS) {
        parts.push(postingsOf(segment.chunks.slice(at, at + PART_ROWS)));
      }
      take(segment, segment.vectors, parts, gone);
    },
    load: (segment, { postings, packed }, gone) => take(segment, packed, [postings], gone),
    supply: (first, values) => vectors.supply(first, values),
    drop(first, rows) {
      for (let row = first; row < first + rows; row++) kill(row);
    },

    remove(documents) {
      const gone = new Set(documents);
      for (const [row, chunk] of chunks.entries()) if (gone.has(chunk.document)) kill(row);
    },

    search(query, settings = {}) {
      const clock = stopwatch();
      const ranking = rank(query, settings, clock.lap);
      const { groups, words, verbatim, cosine, meaning, learned, score } = ranking;
      const ranked = topScores(score, query.k).map(({ row }) => row as number);
      const best = verbatim.length === 0 ? ranked : keepVerbatim(ranked, verbatim, query.k);
      clock.lap('fuse');

      const evidence = (row: number) => ({
        words: words[row]!,
        cosine: cosine[row]!,
        meaning: meaning[row]!,
        learned: learned[row]!,
        verbatim: verbatim.includes(row),
      });
      const why = (row: number) =>
        settings.explain === false
          ? { reasons: [], matches: [] }
          : explainHit(query.text, groups, chunks[row]!, evidence(row));
      const hits = best.map((row) => ({
        chunk: chunks[row]!,
        model: vectors.modelAt(row),
        score: score[row]!,
        ...why(row),
      }));
      clock.lap('explain');
      const { features, floor } = judge(query, ranking);
      const sure = verbatim.length > 0 ? CERTAIN : confidence(features, floor, query.language);
      clock.lap('refuse');
      return { hits, confidence: sure, refused: sure < THRESHOLDS[query.refuse ?? 'normal'], timings: clock.times };
    },

    judge: (query) => judge(query, rank(query)),

    apart({ text, typing }) {
      const skip = lexicon.dead();
      const { words, coverage } = wordsOf(text, typing, skip);
      return takeApart(words, coverage, skip);
    },

    live() {
      const skip = lexicon.dead();
      return chunks.flatMap((chunk, row) => (skip[row] === 0 ? [{ row, chunk, model: vectors.modelAt(row) }] : []));
    },

    stats: () => ({ chunks: lexicon.live, postings: lexicon.postings, models: [...vectors.lanes().keys()] }),
  };
}

function stopwatch() {
  const times: Record<string, number> = {};
  let last = performance.now();
  return {
    times,
    lap(stage: string) {
      const now = performance.now();
      times[stage] = now - last;
      last = now;
    },
  };
}
