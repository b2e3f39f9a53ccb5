import { topScores } from '../kernels/topk.ts';

/** What tells an answerable query from one that the collection has nothing on. */
export interface RefusalFeatures {
  /** Best BM25 score over the query's total idf, 0–1: how much of the query one passage says, and how densely. */
  readonly words: number;
  /** Largest share of the query's idf that one passage holds, 0–1. */
  readonly coverage: number;
  /** Best cosine; absent where the query has no vector. */
  readonly cosine?: number;
  /** Best cosine less the mean cosine of its lane's ranks 20–60: how far it stands out. */
  readonly margin?: number;
}

/** A best hit is compared with hits that are near misses at most: not the next few, which may answer too. */
const FROM_RANK = 20;
const TO_RANK = 60;

export function refusalFeatures(
  words: Float32Array,
  covered: Float32Array,
  total: number,
  cosine: Float32Array,
  skip: Uint8Array,
): RefusalFeatures {
  const best = (scores: Float32Array) =>
    scores.reduce((top, score, row) => (skip[row] === 0 && score > top ? score : top), 0);
  const lexical =
    total > 0 ? { words: best(words) / total, coverage: best(covered) / total } : { words: 0, coverage: 0 };
  const top = topScores(
    cosine.map((score, row) => (skip[row] === 0 ? score : Number.NaN)),
    TO_RANK,
  );
  if (top.length === 0) return lexical;
  // In a collection of fewer chunks the worse half stands for the near misses.
  const rest = top.slice(Math.min(FROM_RANK, top.length >> 1));
  const mean = rest.reduce((sum, { score }) => sum + score, 0) / Math.max(1, rest.length);
  return { ...lexical, cosine: top[0]!.score, margin: top[0]!.score - mean };
}

/** Probability that the best hit answers the query. */
export function confidence(features: RefusalFeatures): number {
  return features.words;
}
