import { fuseOne, fuseRanks, standardWords } from './fuse.ts';
import type { Method, SearchSettings } from './search-index.ts';

/** What the retrievers say of every row. */
export interface Said {
  /** BM25. */
  readonly words: Float32Array;
  /** Cosine with the query as it was asked, and with the vector that ranks; NaN where there is none. */
  readonly cosine: Float32Array;
  readonly ranking: Float32Array;
  /** Standard scores of `ranking`. */
  readonly meaning: Float32Array;
  /** The learned-sparse retriever's scores, and their standard scores where the query has a sparse vector. */
  readonly shared: Float32Array;
  readonly learned?: Float32Array;
  /** Of words against meaning: `weightOfWords`. */
  readonly weight: number;
}

/** One score a row; −∞ for a row that may not be returned (`skip` is 1) or that nothing speaks for. */
export interface Scores {
  /** Cost: two passes over the words' scores, and one over everything. */
  all(): Float32Array<ArrayBuffer>;
  /** Brings scores up to date of which cosines and meaning have changed, and words have not since `all`. */
  again(scores: Float32Array<ArrayBuffer>, rows: readonly number[]): Float32Array<ArrayBuffer>;
}

export function createScores(said: Said, skip: Uint8Array, method: Method, fusion: SearchSettings['fusion']): Scores {
  const { words, cosine, ranking, meaning, shared, learned, weight } = said;
  const byRanks = method === 'fused' && fusion === 'ranks';
  let standard = words;
  const scoreOf = (row: number) => {
    // Nearly all have a vector: asked first, it is foreseen.
    const found = !Number.isNaN(cosine[row]!) || words[row]! > 0 || shared[row]! > 0;
    if (skip[row] === 1 || !found) return Number.NEGATIVE_INFINITY;
    if (method === 'fused') return fuseOne(standard[row]!, meaning[row]!, weight);
    return method === 'bm25' ? words[row]! : method === 'dense' ? ranking[row]! : shared[row]!;
  };
  const all = () => {
    const scores = new Float32Array(words.length);
    if (byRanks) {
      const ranks = fuseRanks([words, meaning, ...(learned ? [shared] : [])], skip);
      for (let row = 0; row < scores.length; row++) scores[row] = scoreOf(row) === -Infinity ? -Infinity : ranks[row]!;
      return scores;
    }
    if (method === 'fused') standard = standardWords(words, skip, learned);
    for (let row = 0; row < scores.length; row++) scores[row] = scoreOf(row);
    return scores;
  };
  return {
    all,
    again(scores, rows) {
      if (byRanks) return all();
      for (const row of rows) scores[row] = scoreOf(row);
      return scores;
    },
  };
}
