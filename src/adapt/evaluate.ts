import type { Comparison } from '../core/adapt.ts';
import { type Figures, figuresOf, interval, meanOf } from './measure.ts';
import { eachQuery } from './scores.ts';

/** Share of the dense standard score in a fused one, as in the search stage. */
export const DENSE_SHARE = 0.7;

/** Questions under judgement: their vectors, and the keyword scores of every document where there are any. */
export interface Questions {
  readonly dim: number;
  /** n × dim. */
  readonly queries: Float32Array;
  readonly positives: readonly (readonly number[])[];
  /** n × documents, standard scores (see `standardise`). */
  readonly words?: Float32Array | undefined;
}

/** Figures of each question, under dense search alone and fused with the keywords. */
export interface Figured {
  readonly dense: Figures[];
  readonly fused: Figures[];
}

/**
 * Figures of questions under q + α·change, for several strengths α at once.
 *
 * The score of a document is linear in α, so that two products serve every strength. The length of the adapted query
 * is not needed: neither a ranking nor a standard score depends on it.
 *
 * Shapes   change: n × dim, the adapter's q·W + b of each question; without it every strength is identity.
 * Cost     2 · n · documents · dim multiply-adds, and one pass over the documents a strength, question and positive.
 */
export function judge(
  { dim, queries, positives, words }: Questions,
  change: Float32Array | undefined,
  documents: Float32Array,
  alphas: readonly number[],
): Figured[] {
  const rows = documents.length / dim;
  const scores = new Float32Array(rows);
  const results: Figured[] = alphas.map(() => ({ dense: [], fused: [] }));
  // Each query beside its change, so that one pass over the documents scores both.
  const n = positives.length;
  const both = new Float32Array(2 * n * dim);
  for (let i = 0; i < n; i++) {
    both.set(queries.subarray(i * dim, (i + 1) * dim), 2 * i * dim);
    if (change) both.set(change.subarray(i * dim, (i + 1) * dim), (2 * i + 1) * dim);
  }
  const own = new Float32Array(rows);
  eachQuery(both, documents, dim, (at, found) => {
    if (at % 2 === 0) return own.set(found);
    const i = (at - 1) / 2;
    for (const [a, alpha] of alphas.entries()) {
      for (let row = 0; row < rows; row++) scores[row] = own[row]! + alpha * found[row]!;
      results[a]!.dense.push(figuresOf(scores, positives[i]!));
      if (words)
        results[a]!.fused.push(figuresOf(fuse(scores, words.subarray(i * rows, (i + 1) * rows)), positives[i]!));
    }
  });
  return results;
}

/** Figures before and after, and where they parted. */
export function compare(
  before: readonly Figures[],
  after: readonly Figures[],
  name: keyof Figures = 'ndcg10',
): Comparison {
  const differences = after.map((figures, i) => figures[name] - before[i]![name]);
  const [low, high] = interval(differences);
  const wins = differences.filter((difference) => difference > 0).length;
  const losses = differences.filter((difference) => difference < 0).length;
  return {
    before: meanOf(before.map((figures) => figures[name])),
    after: meanOf(after.map((figures) => figures[name])),
    gain: meanOf(differences),
    low,
    high,
    wins,
    losses,
    ties: differences.length - wins - losses,
  };
}

/** (score − mean) / standard deviation of each row of `columns` values, in place; a row of equal values becomes 0. */
export function standardise(scores: Float32Array, columns: number): Float32Array {
  for (let at = 0; at < scores.length; at += columns) {
    const row = scores.subarray(at, at + columns);
    const { mean, deviation } = spread(row);
    for (let i = 0; i < columns; i++) row[i] = deviation > 1e-9 ? (row[i]! - mean) / deviation : 0;
  }
  return scores;
}

export function spread(values: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}

/** .7 × the standard score of meaning + .3 × that of the words. `scores` is overwritten. */
function fuse(scores: Float32Array, words: Float32Array): Float32Array {
  const { mean, deviation } = spread(scores);
  const scale = deviation > 1e-9 ? DENSE_SHARE / deviation : 0;
  for (let row = 0; row < scores.length; row++) {
    scores[row] = (scores[row]! - mean) * scale + (1 - DENSE_SHARE) * words[row]!;
  }
  return scores;
}
