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
import { barFor, TALLY_BYTES, tableBytes, writeTable } from './signs.ts';

/**
 * Rows are scored by their levels whose estimate is less than so many standard errors below the k-th best estimate. Of
 * the true ten best of real questions that leaves none out where k is 40, English or Chinese (docs/performance.md).
 */
const ERRORS = 3.5;
/** So that the k-th best is among those where nothing errs. */
const ROUNDING = 1e-6;
/** Where no k best are wanted, this share of the rows. */
const SHARE = 1 / 12;
/** Room for the rows of a segment, or for a tally. */
const LIST_BYTES = Math.max(SEGMENT_ROWS * 4, TALLY_BYTES);

/** Bytes of scratch memory that `scanSigned` needs. */
export const signedScratch = (padded: number) =>
  padded + 96 + tableBytes(padded) + padded * 4 + preparedBytes(padded) + LIST_BYTES;

/** Addresses, and how many rows take part. */
export interface SignedRun {
  /** `padded` float32. */
  readonly query: number;
  readonly present: number;
  readonly taking: number;
  /** Room for the scores of all rows, and for the greatest of each 32. */
  readonly scores: number;
  readonly tops: number;
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
  { query, present, taking, scores, tops, k, best, rows, scratch }: SignedRun,
): Float64Array {
  const { memory, kernels } = machine;
  const { f32, u32 } = memory.views;
  const groups = padded / GROUP;
  const [folded, fold, entries] = [scratch, scratch + padded, scratch + padded + 96];
  const prepared = entries + tableBytes(padded);
  const list = prepared + padded * 4 + preparedBytes(padded);
  const weights = segments.find(({ signs }) => signs)?.signs?.weights ?? new Float32Array(padded);
  const { length, left } = writeTable(machine, query, weights, padded, entries, prepared);
  const sums = new Float64Array(2);
  const rowsOf = ({ rows: count, signs }: Segment) => roundUp(count, signs ? ROW_STEP : SCORE_STEP);
  let end = 0;
  for (const [i, segment] of segments.entries()) {
    const { first, signs } = segment;
    // What lies between two segments is no row.
    if (first > end) f32.fill(-Infinity, scores / 4 + end, scores / 4 + first);
    for (let j = 0; j < 8; j++) f32[fold / 4 + j] = 0;
    end = first + rowsOf(segment);
    const to = scores + first * 4;
    if (signs) {
      u32[list / 4] = signs.middle;
      kernels.scoreFloat32(query, list, 1, padded * 4, list + 4);
      const base = f32[list / 4 + 1]!;
      const [bits, top] = [present + first / 8, tops + first / 8];
      kernels.scanSigns(entries, signs.at, end - first, padded / 4, signs.factors, bits, base, to, top, fold);
    } else {
      const at = table + i * SEGMENT_BYTES;
      const bits = LEVELS[form].bits;
      kernels.scanSegments(bits, at, 1, query, 1, groups, present, scores, end, 0, best, fold + 32, prepared);
      kernels.moments(to, end - first, fold);
    }
    for (let j = 0; j < 8; j++) sums[j >> 2]! += f32[fold / 4 + j]!;
  }
  const select = (segment: Segment) =>
    kernels.select(scores + segment.first * 4, rowsOf(segment), segment.first, k, best, rows);
  let bar: number;
  if (k > 0) {
    for (const segment of segments) {
      const { first, signs } = segment;
      if (!signs) select(segment);
      else kernels.selectTops(scores + first * 4, tops + first / 8, rowsOf(segment), first, k, best, rows);
    }
    bar = f32[best / 4 + k - 1]!;
    f32.fill(-Infinity, best / 4, best / 4 + k);
  } else {
    const mean = sums[0]! / taking;
    const deviation = Math.sqrt(Math.max(0, sums[1]! / taking - mean * mean));
    bar = barFor(machine, scores, end, { mean, deviation }, taking * SHARE, list);
  }
  const { prepare, refine } = LEVELS[form];
  for (const segment of segments) {
    const { first, signs, levels } = segment;
    if (!signs) {
      if (k > 0) select(segment);
      continue;
    }
    const to = scores + first * 4;
    const error = Math.sqrt((signs.error * length) ** 2 + left ** 2);
    const least = k > 0 ? bar - ERRORS * error - ROUNDING : bar;
    const found = kernels.listAbove(least, to, tops + first / 8, rowsOf(segment), list);
    if (found === 0) continue;
    const { at, fit } = levels.get(form)!;
    kernels.foldQuery(query, fit, padded, folded, fold);
    kernels[prepare](folded, groups, prepared);
    kernels[refine](prepared, at, groups, f32[fold / 4]!, f32[fold / 4 + 1]!, to, list, found);
    if (k > 0) kernels.selectListed(to, list, found, first, k, best, rows);
  }
  return sums;
}

const roundUp = (count: number, step: number) => Math.ceil(count / step) * step;
