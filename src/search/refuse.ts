import type { Language } from '../core/types.ts';
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

/**
 * Probability that the best hit answers the query: a logistic function of the features.
 *
 * Source   fitted on the answerable and the out-of-corpus questions of squad2-refusal, cmrc2018-refusal, vue-docs-en,
 *          vue-docs-zh and covid-faq, each collection and kind weighing alike (docs/quality.md).
 */
export function confidence({ words, coverage, cosine }: RefusalFeatures, language: Language): number {
  const evidence =
    cosine === undefined
      ? WORDS_ONLY.bias + WORDS_ONLY.words * words + WORDS_ONLY.coverage * coverage
      : BOTH.bias + BOTH.words * words + BOTH.coverage * coverage + BOTH.cosine * (cosine - UNRELATED[language]);
  return 1 / (1 + Math.exp(-evidence));
}

const BOTH = { words: 6.5, coverage: 9.4, cosine: 24.6, bias: -7.5 };
const WORDS_ONLY = { words: 19.9, coverage: 4.4, bias: -6.6 };
/** About what the best hit for a question on something else reaches: cosines of the two models are not on one scale. */
const UNRELATED: Record<Language, number> = { en: 0.6, zh: 0.465 };
