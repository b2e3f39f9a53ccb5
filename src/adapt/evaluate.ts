import type { Comparison, Fusion } from '../core/adapt.ts';
import { type Figures, figuresOf, interval, meanOf, type Placed } from './measure.ts';
import { eachQuery } from './scores.ts';

/** Questions under judgement: their vectors, and the rest of a fused search where there is one. */
export interface Questions {
  readonly dim: number;
  /** n × dim. */
  readonly queries: Float32Array;
  readonly positives: readonly (readonly number[])[];
  readonly fusion?: Fusion | undefined;
}

/** Figures of each question, by meaning alone and by the fused search. */
export interface Figured<F extends Figures = Figures> {
  readonly dense: F[];
  readonly fused: F[];
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
  { dim, queries, positives, fusion }: Questions,
  change: Float32Array | undefined,
  documents: Float32Array,
  alphas: readonly number[],
): Figured<Placed>[] {
  const rows = documents.length / dim;
  const scores = new Float32Array(rows);
  const results: Figured<Placed>[] = alphas.map(() => ({ dense: [], fused: [] }));
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
      if (fusion) {
        fuse(scores, fusion.weights[i]!, fusion.others.subarray(i * rows, (i + 1) * rows));
        results[a]!.fused.push(figuresOf(scores, positives[i]!));
      }
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

/** Mean and standard deviation over all values. */
export function spread(values: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}

/** `weight` × the standard score of each + `others`, in place: what the search stage's fusion is, taken apart. */
export function fuse(scores: Float32Array, weight: number, others: Float32Array): void {
  const { mean, deviation } = spread(scores);
  const scale = deviation > 1e-9 ? weight / deviation : 0;
  for (let row = 0; row < scores.length; row++) scores[row] = (scores[row]! - mean) * scale + others[row]!;
}
