import { EngineError } from '../core/errors.ts';
import type { Row, UnitVector } from '../core/types.ts';
import { dot } from './dot.ts';

/** A row and what it scored. */
export interface ScoredRow {
  readonly row: Row;
  readonly score: number;
}

/**
 * The `k` rows of a block most similar to a query, best first.
 *
 * Shapes   block: rows × dim, row-major; query: dim; result: min(k, rows).
 * Units    every row and the query have length 1 (the caller's promise), so a score is a cosine.
 * Ties     the lower row comes first: equal input, equal output.
 * Cost     rows × dim multiply-adds, then as `topScores`. For more than a few thousand rows use a `VectorIndex`.
 * Source   cos(a, b) = a·b / (|a| |b|), here with both lengths 1.
 *
 * @throws EngineError `bad-input` if `block` is not a whole number of rows.
 */
export function topK(block: Float32Array, query: UnitVector, k: number): ScoredRow[] {
  const dim = query.length;
  if (dim === 0 || block.length % dim !== 0) {
    throw new EngineError('bad-input', `expected whole rows of ${dim} values, got ${block.length} values`);
  }
  const scores = new Float32Array(block.length / dim);
  for (let row = 0; row < scores.length; row++) scores[row] = dot(query, block, row * dim);
  return topScores(scores, k);
}

/**
 * The `k` best of a list of scores, best first.
 *
 * Ties     the lower row comes first.
 * Absent   a score of -Infinity or NaN is a row that does not take part; the result may be shorter than `k`.
 * Cost     one compare per score; for each that beats the k-th best so far, at most `k` moves.
 */
export function topScores(scores: ArrayLike<number>, k: number): ScoredRow[] {
  const best: ScoredRow[] = [];
  let threshold = k > 0 ? -Infinity : Infinity;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (!(score > threshold)) {
      // Most are passed over: four at a time, as long as that lasts.
      while (
        row + 4 < scores.length &&
        !(
          scores[row + 1]! > threshold ||
          scores[row + 2]! > threshold ||
          scores[row + 3]! > threshold ||
          scores[row + 4]! > threshold
        )
      ) {
        row += 4;
      }
      continue;
    }
    best.splice(placeOf(best, score), 0, { row: row as Row, score });
    if (best.length > k) best.pop();
    if (best.length === k) threshold = best[k - 1]!.score;
  }
  return best;
}

/** Where a newcomer belongs: behind everything at least as good. */
function placeOf(best: readonly ScoredRow[], score: number): number {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (best[middle]!.score >= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
