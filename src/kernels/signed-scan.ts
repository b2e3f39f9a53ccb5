import { GROUP, preparedBytes } from './quantise.ts';
import {
  LEVELS,
  type Levels,
  type Machine,
  ROW_STEP,
  SCORE_STEP,
  SEGMENT_BYTES,
  SEGMENT_ROWS,
  type Segment,
} from './segment.ts';
import { barFor, TALLY_BYTES, writeTable } from './signs.ts';

/**
 * Rows are scored by their levels whose estimate is less than so many standard errors below the k-th best estimate. Of
 * the true ten best of real questions that leaves none out where k is 40, English or Chinese (docs/performance.md).
 */
const ERRORS = 3.5;
/** Where no k best are wanted, this share of the rows. */
const SHARE = 1 / 12;
/** Room for the rows of a segment, or for a tally. */
const LIST_BYTES = Math.max(SEGMENT_ROWS * 4, TALLY_BYTES);

/** Bytes of scratch memory that `scanSigned` needs. */
export const signedScratch = (padded: number) => padded * 6 + 96 + preparedBytes(padded) + LIST_BYTES;

/** Addresses, and how many rows take part. */
export interface SignedRun {
  /** `padded` float32. */
  readonly query: number;
  readonly present: number;
  readonly taking: number;
  /** Room for the scores of all rows. */
  readonly scores: number;
  /** The `k` best, float32 that start as -Infinity, and their rows. */
  readonly k: number;
  readonly best: number;
  readonly rows: number;
  readonly scratch: number;
}

/**
 * Scores all rows for one query: by their signs, an eighth or a quarter of the bytes, and those that may be among the `k`
 * best again by their levels. Segments without signs are scored by their levels at once.
 *
 * @param table the segments' descriptions.
 * @returns the sum of the first scores and of their squares: in float64, since a million additions are too many for float32.
 */
export function scanSigned(
  machine: Machine,
  padded: number,
  segments: readonly Segment[],
  table: number,
  form: Levels,
  { query, present, taking, scores, k, best, rows, scratch }: SignedRun,
): Float64Array {
  const { memory, kernels } = machine;
  const { f32, u32 } = memory.views;
  const groups = padded / GROUP;
  const [folded, fold, entries] = [scratch, scratch + padded, scratch + padded + 48];
  const prepared = entries + padded * 4;
  const list = prepared + padded + 48 + preparedBytes(padded);
  const vector = f32.subarray(query / 4, query / 4 + padded);
  const { weights } = segments.find(({ signs }) => signs)?.signs ?? { weights: vector };
  const { step, offset } = writeTable(machine, vector, weights, padded, entries);
  const sums = new Float64Array(2);
  let end = 0;
  for (const [i, { first, rows: count, signs }] of segments.entries()) {
    // What lies between two segments is no row.
    f32.fill(-Infinity, scores / 4 + end, scores / 4 + first);
    const [bits, to] = [present + first / 8, scores + first * 4];
    if (signs) {
      u32[list / 4] = signs.middle;
      kernels.scoreFloat32(query, list, 1, padded * 4, list + 4);
      const base = f32[list / 4 + 1]!;
      const { at, factors } = signs;
      end = first + Math.ceil(count / ROW_STEP) * ROW_STEP;
      kernels.scanSigns(entries, at, end - first, padded / 4, factors, bits, step, offset, base, to);
    } else {
      const at = table + i * SEGMENT_BYTES;
      end = first + Math.ceil(count / SCORE_STEP) * SCORE_STEP;
      kernels.scanSegments(
        LEVELS[form].bits,
        at,
        1,
        query,
        1,
        groups,
        present,
        scores,
        end,
        0,
        best,
        fold + 32,
        prepared,
      );
    }
    f32.fill(0, fold / 4, fold / 4 + 8);
    kernels.moments(to, end - first, fold);
    for (let j = 0; j < 8; j++) sums[j >> 2]! += f32[fold / 4 + j]!;
  }
  const selectBest = ({ first, rows: count }: Segment) => {
    kernels.select(scores + first * 4, Math.ceil(count / SCORE_STEP) * SCORE_STEP, first, k, best, rows);
  };
  let bar: number;
  let length = 0;
  if (k > 0) {
    segments.forEach(selectBest);
    bar = f32[best / 4 + k - 1]!;
    f32.fill(-Infinity, best / 4, best / 4 + k);
    for (const value of vector) length += value * value;
    length = Math.sqrt(length);
  } else {
    const mean = sums[0]! / taking;
    const deviation = Math.sqrt(Math.max(0, sums[1]! / taking - mean * mean));
    bar = barFor(machine, scores, end, { mean, deviation }, taking * SHARE, list);
  }
  const { prepare, refine } = LEVELS[form];
  for (const segment of segments) {
    const { first, rows: count, signs, levels } = segment;
    const to = scores + first * 4;
    const { at, fit } = levels.get(form)!;
    if (signs) {
      kernels.foldQuery(query, fit, padded, folded, fold);
      kernels[prepare](folded, groups, prepared);
      const [scale, base] = [f32[fold / 4]!, f32[fold / 4 + 1]!];
      const least = bar - ERRORS * signs.error * length;
      kernels[refine](prepared, at, Math.ceil(count / 4) * 4, groups, least, scale, base, to, list);
    }
    if (k > 0) selectBest(segment);
  }
  return sums;
}
