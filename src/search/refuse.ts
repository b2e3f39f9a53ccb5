import type { Language } from '../core/types.ts';
import type { Floor } from './strangers.ts';

/** What tells an answerable query from one that the collection has nothing on. */
export interface RefusalFeatures {
  /** BM25 score of the best hit over the query's total idf: how much of the query it says, and how densely. */
  readonly words: number;
  /** Largest share of the idf of the query's telling words that one row holds, 0–1. */
  readonly coverage: number;
  /** How far the best cosine lies from the average one towards 1; absent where the query has no vector. */
  readonly meaning?: number;
}

/**
 * Probability that the best hit answers the query: a logistic function of the features, words less what a question
 * about something else reaches in this index.
 *
 * Source   fitted on the answerable and the out-of-corpus questions of squad2-refusal, cmrc2018-refusal, vue-docs-en,
 *          vue-docs-zh and the answerable ones of covid-faq, each collection and kind weighing alike. Leaving one
 *          collection out at a time moves its AUROC by .015 at most (docs/quality.md).
 */
export function confidence({ words, coverage, meaning }: RefusalFeatures, floor: Floor): number {
  const said = words - floor.words;
  const held = coverage - floor.coverage;
  const evidence = meaning === undefined ? 20 * said + 8 * held - 3.4 : 9.7 * said + 10 * held + 12.5 * meaning - 6.6;
  return 1 / (1 + Math.exp(-evidence));
}

/** Mean cosine of a question and passages that have nothing to do with it, by language of the model. */
const UNRELATED: Record<Language, number> = { en: 0.45, zh: 0.33 };
/** So many passages weigh as much as that prior: the mean of a handful says little, since the answer is among them. */
const PRIOR_ROWS = 50;

/** (best − mean) / (1 − mean) of the cosines of rows that count; undefined if there are none. */
export function standout(cosine: Float32Array, language: Language, skip: Uint8Array): number | undefined {
  let best = Number.NEGATIVE_INFINITY;
  let sum = PRIOR_ROWS * UNRELATED[language];
  let n = PRIOR_ROWS;
  for (let row = 0; row < cosine.length; row++) {
    const value = cosine[row]!;
    if (skip[row] === 1 || Number.isNaN(value)) continue;
    if (value > best) best = value;
    sum += value;
    n++;
  }
  const mean = sum / n;
  return n === PRIOR_ROWS ? undefined : (best - mean) / (1 - mean);
}
