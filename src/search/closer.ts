import type { Query } from '../core/answer.ts';
import type { Chunk, UnitVector } from '../core/types.ts';
import { topScores } from '../kernels/topk.ts';
import type { Meaning, Vectors } from './dense.ts';
import { likeliestOf, movedTowards, shareUnasked } from './likeliest.ts';
import { RERANK_DEPTH } from './rerank.ts';

/**
 * Turns the standard scores of the best rows to those of the same question, moved towards what its likeliest passages say,
 * and returns which rows these are. None where nothing moves: without vectors, where passages are found by their own
 * questions, or where an adapter ranks, which this would partly undo.
 *
 * @param depth so many rows are scored anew: those below would hardly come among the first.
 * Cost     dim multiply-adds a row.
 */
export function turnCloser(
  query: Pick<Query, 'vectors'>,
  score: Float32Array,
  depth: number,
  chunks: readonly Chunk[],
  vectors: Pick<Vectors, 'modelAt' | 'addRow'>,
  meant: Pick<Meaning, 'turn'>,
): number[] {
  const moving = query.vectors.filter(({ adapted }) => !adapted);
  if (moving.length === 0) return [];
  const best = topScores(score, depth);
  const rows = best.map(({ row }) => row as number);
  const extent = shareUnasked(rows.slice(0, RERANK_DEPTH).map((row) => (chunks[row]!.questions ?? []).length > 0));
  if (extent === 0) return [];
  const likely = likeliestOf(best);
  const moved = moving.map(({ model, values }) => {
    const own = likely.filter(({ row }) => vectors.modelAt(row) === model);
    return { model, values: movedTowards(values, own, extent, vectors.addRow) as UnitVector };
  });
  meant.turn(moved, rows);
  return rows;
}
