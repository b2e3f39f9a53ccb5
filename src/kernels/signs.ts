import { LEVELS, type Levels, type Machine, type Segment } from './segment.ts';

/** Rows that signs are laid out by. */
const BLOCK_ROWS = 32;
/** Rows of a segment that its middle is taken from: any point near the mean will do. */
const SAMPLE = 512;

/** Where the signs of a segment are: 48 bytes a row of 384, and what makes them an estimate. */
export interface Signs {
  readonly at: number;
  /** A float32 a row. */
  readonly factors: number;
  /** The middle of the segment, `padded` float32: signs say on which side of it a row lies. */
  readonly middle: number;
  /** How long a sign is in each dimension. */
  readonly weights: Float32Array;
  /** Standard deviation of an estimate from the score, for a query of length 1. */
  readonly error: number;
}

/**
 * One bit a value of a segment whose rows all have levels, from those levels.
 *
 * With x a row's distances from the segment's middle and s their signs times the weights w, ⟨q, middle⟩ + ⟨q, s⟩ · |x|² ÷ Σwᵢ|xᵢ| estimates
 * ⟨q, row⟩ without bias. Source: Gao & Long 2024, RaBitQ, §3.2, without their random rotation, which on BGE's vectors
 * changes nothing, and with signs as long as the dimension is wide, which does (docs/performance.md).
 *
 * @param given the weights, those of another segment of the index: so a query has one table. Its own unless told. Cost: about 4 ms for 4,096 rows.
 */
export function makeSigns(
  { memory, kernels }: Machine,
  padded: number,
  segment: Segment,
  form: Levels,
  given?: Float32Array,
): Signs {
  const { at: levels, fit } = segment.levels.get(form)!;
  const { bits, rowBytes } = LEVELS[form];
  const room = Math.ceil(segment.room / BLOCK_ROWS) * BLOCK_ROWS;
  const at = memory.allocate((room * padded) / 8);
  const factors = memory.allocate(room * 4);
  const middle = memory.allocate(padded * 4);
  const thresholds = memory.scratch(padded * 13);
  const [scales, shifts, lengths] = [1, 5, 9].map((i) => thresholds + padded * i) as [number, number, number];
  const { f32, u8 } = memory.views;
  const bytes = rowBytes(padded);
  const every = Math.ceil(segment.rows / SAMPLE);
  const sample = Math.ceil(segment.rows / every);
  const sums = new Uint32Array(padded);
  const eachLevel = (visit: (dimension: number, level: number, row: number) => void, step = every) => {
    for (let row = 0; row < segment.rows; row += step) {
      for (let i = 0; i < padded; i++) {
        const byte = u8[levels + row * bytes + (bits === 4 ? (i >> 5) * 16 + (i & 15) : i)]!;
        visit(i, bits !== 4 ? byte : i & 16 ? byte >> 4 : byte & 15, row);
      }
    }
  };
  eachLevel((i, level) => {
    sums[i]! += level;
  });
  const steps = f32.subarray(fit / 4 + padded, fit / 4 + padded * 2);
  const weights = given ?? new Float32Array(padded);
  if (!given) {
    eachLevel((i, level) => {
      weights[i]! += (steps[i]! / sample) * Math.abs(level - sums[i]! / sample);
    });
  }
  for (let i = 0; i < padded; i++) {
    const mean = sums[i]! / sample;
    u8[thresholds + i] = Math.floor(mean) + 1;
    f32[scales / 4 + i] = steps[i]!;
    f32[shifts / 4 + i] = -steps[i]! * mean;
    f32[middle / 4 + i] = f32[fit / 4 + i]! + steps[i]! * mean;
  }
  f32.set(weights, lengths / 4);
  kernels.packSigns(bits, levels, segment.rows, padded / 32, thresholds, scales, at, factors);
  // What is left of a row is at right angles to it: its squares are those of the factor times the weights, less the row's.
  const width = weights.reduce((sum, weight) => sum + weight * weight, 0);
  let [squares, n] = [0, 0];
  eachLevel((i, level, row) => {
    if (i === 0 && n++ >= 0) squares += f32[factors / 4 + row]! ** 2 * width;
    squares -= (f32[scales / 4 + i]! * level + f32[shifts / 4 + i]!) ** 2;
  }, every * 8);
  const dim = weights.reduce((count, weight) => count + Number(weight > 0), 0);
  const error = Math.sqrt(Math.max(0, squares) / Math.max(1, n * dim));
  return { at, factors, middle, weights, error };
}

/** Bytes of a query's table: what it says of itself, where its quads are, and sixteen entries for each. */
export const tableBytes = (padded: number) => 64 + padded * 5;
/** A query leaves quads out that tell it less than this share of what a quad does in the mean: a fifth of them, chosen by time (docs/performance.md). */
const LEFT_OUT = 0.3;
/** Variance over the square of the mean distance from the middle, of normal values. */
const SPREAD = Math.PI / 2;

/** What an estimate errs by, times the standard error of the segment's signs, and beside it. */
export interface SignedQuery {
  readonly length: number;
  readonly left: number;
}

/** Writes a query as the table that `scanSigns` reads, at `table`, with room for `padded` float32 at `room`. */
export function writeTable(
  { memory, kernels }: Machine,
  query: number,
  weights: Float32Array,
  padded: number,
  table: number,
  room: number,
): SignedQuery {
  const { f32 } = memory.views;
  f32.set(weights, room / 4);
  kernels.prepareSigns(query, room, padded / 4, LEFT_OUT, table);
  return { length: Math.sqrt(f32[table / 4 + 3]!), left: Math.sqrt(SPREAD * f32[table / 4 + 4]!) };
}

/** The kernel `tally` looks at every so many scores. */
const EVERY = 8;
/** Places that it sorts them into, each a sixty-fourth of a deviation. */
const BINS = 512;
/** Room that `barFor` needs. */
export const TALLY_BYTES = BINS * 4;

/**
 * A score that about `wanted` of `count` scores exceed, told from an eighth of them by a histogram from one to nine
 * deviations above their mean. Rounded down, so that there are rather more; -Infinity where fewer lie there. `counts` is room for `TALLY_BYTES`.
 */
export function barFor(
  { memory, kernels }: Machine,
  scores: number,
  count: number,
  { mean, deviation }: { readonly mean: number; readonly deviation: number },
  wanted: number,
  counts: number,
): number {
  if (!(deviation > 0)) return -Infinity;
  const { u32 } = memory.views;
  u32.fill(0, counts / 4, counts / 4 + BINS);
  const scale = BINS / (8 * deviation);
  const low = mean + deviation;
  kernels.tally(scores, count, low, scale, BINS, counts);
  let above = 0;
  let bin = BINS;
  while (bin > 0 && above * EVERY < wanted) above += u32[counts / 4 + --bin]!;
  return above * EVERY < wanted ? -Infinity : low + bin / scale;
}
