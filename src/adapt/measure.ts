import type { Metrics } from '../core/adapt.ts';
import { createRandom } from '../core/random.ts';

/** How well one question was answered. */
export interface Figures {
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall10: number;
  readonly recall100: number;
}

/** Figures of a question, with the place of its first right document. */
export interface Placed extends Figures {
  readonly first: number;
}

/** What a right document at `rank`, from 1, gives to nDCG@10: nothing below the tenth. */
export const gainAt = (rank: number): number => (rank <= 10 ? 1 / Math.log2(rank + 1) : 0);

/**
 * Figures of a question, from the scores of all documents. A document is relevant or not; the ideal ranking has all
 * the relevant ones first. As trec_eval and BEIR define them.
 *
 * Ties     count half for, half against: a positive's rank is one more than the documents above it and half of those
 *          level with it, so that an adapter that scores all alike gains nothing.
 * Cost     one pass over the scores a positive; nothing is sorted.
 */
export function figuresOf(scores: ArrayLike<number>, positives: readonly number[]): Placed {
  const ranks = positives.map((row) => rankOf(scores, row)).sort((a, b) => a - b);
  let [gain, ideal, found10, found100] = [0, 0, 0, 0];
  for (const [i, rank] of ranks.entries()) {
    gain += gainAt(rank);
    ideal += gainAt(i + 1);
    if (rank <= 10) found10++;
    if (rank <= 100) found100++;
  }
  const first = ranks[0]!;
  return {
    ndcg10: gain / ideal,
    mrr10: first <= 10 ? 1 / first : 0,
    recall10: found10 / ranks.length,
    recall100: found100 / ranks.length,
    first,
  };
}

function rankOf(scores: ArrayLike<number>, row: number): number {
  const own = scores[row]!;
  let [above, level] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > own) above++;
    else if (scores[i] === own) level++;
  }
  return 1 + above + (level - 1) / 2;
}

export function meanFigures(list: readonly Figures[]): Metrics {
  const mean = (name: keyof Figures) => meanOf(list.map((figures) => figures[name]));
  return {
    n: list.length,
    ndcg10: mean('ndcg10'),
    mrr10: mean('mrr10'),
    recall10: mean('recall10'),
    recall100: mean('recall100'),
  };
}

/** 0 of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const RESAMPLES = 2000;

/**
 * The 95 % percentile interval of the mean of paired differences, by the bootstrap: questions are drawn with
 * replacement, each with both its figures. The seed is fixed. [0, 0] of nothing.
 *
 * Source   Sakai, Evaluating Evaluation Metrics based on the Bootstrap, SIGIR 2006.
 */
export function interval(differences: readonly number[]): readonly [low: number, high: number] {
  const n = differences.length;
  if (n === 0) return [0, 0];
  const random = createRandom(1);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += differences[random.below(n)]!;
    return sum / n;
  }).sort();
  return [means[Math.floor(RESAMPLES * 0.025)]!, means[Math.ceil(RESAMPLES * 0.975) - 1]!];
}
