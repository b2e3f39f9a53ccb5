import { addLinearGradient, applyLinear, type Linear } from './linear.ts';
import { binaryCrossEntropy, coSent, infoNce } from './loss.ts';
import { addProduct, addProductTransposed, type Values } from './matrix.ts';

/** A batch of a contrastive loss. `n` questions, `m` candidates. */
export interface ContrastiveBatch {
  /** n × dim, rows of length 1. */
  readonly queries: Values;
  /** m × dim, rows of length 1. */
  readonly candidates: Values;
  /** The right candidate of each question. */
  readonly target: Uint32Array;
  /** n × m: 1 where a candidate must not count against the question. */
  readonly excluded: Uint8Array;
  /** n × m, added to the cosines: what other retrievers say. May be all zero. */
  readonly offset: Values;
}

/**
 * InfoNCE of adapted queries q' = normalise(q + q·W + b) against documents; adds to `gradient`, returns the loss.
 *
 * With `offset`, the adapter learns to be right together with the keyword scores, and not where they already are.
 * Cost: two products of n × m × dim and two of the linear map.
 */
export function contrastive(linear: Linear, batch: ContrastiveBatch, temperature: number, gradient: Values): number {
  const { dim } = linear;
  const { queries, candidates, target, excluded, offset } = batch;
  const n = target.length;
  const m = candidates.length / dim;
  const adapted = adapt(linear, queries, n);
  const scores = offset.slice();
  addProductTransposed(scores, adapted.rows, candidates, n, dim, m);
  const byScore = alike(scores);
  const loss = infoNce(scores, m, target, excluded, temperature, byScore);
  const byRow = alike(queries);
  addProduct(byRow, byScore, candidates, n, m, dim);
  backward(linear, queries, adapted, byRow, n, gradient);
  return loss;
}

/** Labelled pairs: is `right` what `left` asks for? Left is adapted, as a query is; right is as stored. */
export interface PairBatch {
  readonly left: Values;
  readonly right: Values;
  readonly labels: ArrayLike<number>;
}

export type PairLoss =
  | { readonly kind: 'cosent'; readonly temperature: number }
  | { readonly kind: 'binary'; readonly temperature: number; readonly threshold: number };

/** The loss of cosines of pairs under an adapter; adds to `gradient`, returns the loss. */
export function labelled(linear: Linear, batch: PairBatch, loss: PairLoss, gradient: Values): number {
  const { dim } = linear;
  const n = batch.labels.length;
  const adapted = adapt(linear, batch.left, n);
  const scores = alike(adapted.lengths);
  for (let i = 0; i < n * dim; i++) scores[Math.floor(i / dim)]! += adapted.rows[i]! * batch.right[i]!;
  const byScore = alike(scores);
  const value =
    loss.kind === 'cosent'
      ? coSent(scores, batch.labels, loss.temperature, byScore)
      : binaryCrossEntropy(scores, batch.labels, loss.threshold, loss.temperature, byScore);
  const byRow = alike(batch.left);
  for (let i = 0; i < n * dim; i++) byRow[i] = byScore[Math.floor(i / dim)]! * batch.right[i]!;
  backward(linear, batch.left, adapted, byRow, n, gradient);
  return value;
}

interface Adapted {
  /** Rows of length 1. */
  readonly rows: Values;
  /** Length of each row before it was normalised. */
  readonly lengths: Values;
}

function adapt(linear: Linear, queries: Values, n: number): Adapted {
  const { dim } = linear;
  const rows = applyLinear(linear, queries, n);
  const lengths = rows instanceof Float64Array ? new Float64Array(n) : new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      rows[j]! += queries[j]!;
      squares += rows[j]! ** 2;
    }
    lengths[i] = Math.max(Math.sqrt(squares), 1e-12);
    for (let j = i * dim; j < (i + 1) * dim; j++) rows[j]! /= lengths[i]!;
  }
  return { rows, lengths };
}

/** Through the normalisation, d(r/|r|) = (g − (g·r̂) r̂) / |r|, then through the map. `byRow` is overwritten. */
function backward(linear: Linear, queries: Values, adapted: Adapted, byRow: Values, n: number, gradient: Values): void {
  const { dim } = linear;
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let j = i * dim; j < (i + 1) * dim; j++) along += byRow[j]! * adapted.rows[j]!;
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      byRow[j] = (byRow[j]! - along * adapted.rows[j]!) / adapted.lengths[i]!;
    }
  }
  addLinearGradient(linear, queries, byRow, n, gradient);
}

function alike(like: Values): Values {
  return like instanceof Float64Array ? new Float64Array(like.length) : new Float32Array(like.length);
}
