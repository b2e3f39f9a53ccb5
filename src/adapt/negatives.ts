import { dot } from '../kernels/dot.ts';
import { topScores } from '../kernels/topk.ts';
import { eachQuery } from './scores.ts';

export interface NegativeOptions {
  /** A negative scores at least `low` and less than `high` times the question's best positive. */
  readonly range: readonly [low: number, high: number];
  /** How many of the best-scored documents to look at. */
  readonly depth: number;
  /** A document this like one of the positives (cosine) is taken for a copy of it. */
  readonly copy: number;
}

/** .95 of the positive's score is the "TopK-PercPos" guard of NV-Retriever (Moreira et al. 2024). */
export const NEGATIVES: NegativeOptions = { range: [0.5, 0.98], depth: 60, copy: 0.97 };

/**
 * For each question, documents that look right and are not known to be: rows of `documents`, best-scored first.
 *
 * By score relative to the positive, not by rank alone: what scores above the positive is as likely an unlabelled right
 * answer as a wrong one (a false negative), and what scores far below teaches nothing. A list may be empty.
 *
 * Shapes   queries: n × dim; documents: rows × dim; positives: row numbers of each question, none empty.
 * Cost     n × rows × dim multiply-adds, and `depth` × positives × dim a question for the copies.
 */
export function hardNegatives(
  queries: Float32Array,
  documents: Float32Array,
  positives: readonly (readonly number[])[],
  { range, depth, copy }: NegativeOptions = NEGATIVES,
): number[][] {
  const dim = queries.length / positives.length;
  const found: number[][] = [];
  const like = (a: number, b: number) => dot(documents.subarray(a * dim, (a + 1) * dim), documents, b * dim);
  eachQuery(queries, documents, dim, (i, scores) => {
    const right = positives[i]!;
    const best = right.reduce((highest, row) => Math.max(highest, scores[row]!), -Infinity);
    for (const row of right) scores[row] = -Infinity;
    const [low, high] = best > 0 ? [best * range[0], best * range[1]] : [-Infinity, -Infinity];
    found.push(
      topScores(scores, depth)
        .filter(({ score }) => score >= low && score < high)
        .map(({ row }) => row as number)
        .filter((row) => right.every((positive) => like(row, positive) < copy)),
    );
  });
  return found;
}
