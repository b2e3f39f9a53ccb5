import { normalise } from '../kernels/normalise.ts';
import { type ScoredRow, topScores } from '../kernels/topk.ts';

/** A passage that is taken for an answer, to ask again by what it says. */
export interface Likely {
  readonly row: number;
  /** How much it counts beside the others, which count 1 together. */
  readonly share: number;
}

const LIKELIEST = 3;

/**
 * The three best, each counting e^score: one that is well ahead counts alone, of equal ones each alike.
 *
 * Ties     the lower row comes first. Absent: a score of −Infinity or NaN.
 * Source   P(d | q) of Lavrenko & Croft 2001, "Relevance-Based Language Models", the scores being taken for logarithms.
 */
export const likeliest = (scores: ArrayLike<number>): Likely[] => likeliestOf(topScores(scores, LIKELIEST));

/** The same of rows that are ranked already, best first, three or more of them if there are so many. */
export function likeliestOf(ranked: readonly ScoredRow[]): Likely[] {
  const best = ranked.slice(0, LIKELIEST);
  const weights = best.map(({ score }) => Math.exp(score - best[0]!.score));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return best.map(({ row }, i) => ({ row, share: weights[i]! / sum }));
}

/**
 * The share of passages that have no question of their own: so far it pays to ask by what passages say. Where they have
 * one, it finds them better.
 */
export const shareUnasked = (hasQuestion: readonly boolean[]): number =>
  hasQuestion.filter((has) => !has).length / Math.max(1, hasQuestion.length);

/** How far a query's vector is moved. */
const STEP = 0.5;

/**
 * The query's vector moved towards the passages that are likeliest to answer it: they say what it is about better than it
 * does.
 *
 * Shapes   dim, of length 1 both ways. `addRow` adds `weight` × the row's vector.
 * @param extent 0–1: how far, in shares of the whole step.
 * Source   Rocchio 1971, with the first results in place of judged ones.
 */
export function movedTowards(
  query: Float32Array,
  likely: readonly Likely[],
  extent: number,
  addRow: (row: number, weight: number, sum: Float32Array) => void,
): Float32Array {
  const moved = query.slice();
  for (const { row, share } of likely) addRow(row, STEP * extent * share, moved);
  return normalise(moved);
}
