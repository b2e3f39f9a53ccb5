import type { ModelKey } from '../core/types.ts';

export type RowRange = readonly [start: number, end: number];

/** Share of meaning in the fused score; .7 is the best on average of fourteen collections, see docs/quality.md. */
const MEANING_SHARE = 0.7;

/**
 * One score from two retrievers: the weighted sum of their standard scores, .7 meaning + .3 words.
 *
 * Standard scores are taken over the whole corpus, not over the best few: a hit that stands far above everything else
 * keeps its distance, which min–max over a result list throws away. Meaning is standardised lane by lane, so that
 * models with other means and spreads can be mixed; a row that the query has no vector for counts as average.
 *
 * @param skip rows that do not count (dead, filtered out); their result means nothing.
 */
export function fuse(words: Float32Array, standardCosine: Float32Array, skip: Uint8Array): Float32Array {
  const fused = standardise(words, [[0, words.length]], skip);
  for (let row = 0; row < fused.length; row++) {
    fused[row] = MEANING_SHARE * standardCosine[row]! + (1 - MEANING_SHARE) * fused[row]!;
  }
  return fused;
}

/** Standard scores of cosines, each lane by itself. */
export function standardiseLanes(
  cosine: Float32Array,
  lanes: ReadonlyMap<ModelKey, readonly RowRange[]>,
  skip: Uint8Array,
): Float32Array {
  const standard = new Float32Array(cosine.length);
  for (const ranges of lanes.values()) {
    const lane = standardise(cosine, ranges, skip);
    for (const [start, end] of ranges) standard.set(lane.subarray(start, end), start);
  }
  return standard;
}

/** (score − mean) / standard deviation over all rows of the ranges; 0 elsewhere, where all are equal, and for a lane of NaN. */
export function standardise(scores: Float32Array, ranges: readonly RowRange[], skip: Uint8Array): Float32Array {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const [start, end] of ranges) {
    for (let row = start; row < end; row++) {
      if (skip[row] === 1) continue;
      n++;
      sum += scores[row]!;
      squares += scores[row]! ** 2;
    }
  }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
  const standard = new Float32Array(scores.length);
  if (!(deviation > 1e-9)) return standard;
  for (const [start, end] of ranges) {
    for (let row = start; row < end; row++) standard[row] = (scores[row]! - mean) / deviation;
  }
  return standard;
}
