// One call for a whole search: every segment, block by block, for every query, with the best rows and the moments.
import { dot, scanFloat32 } from './float32';
import { prepareInt4, scanInt4 } from './int4';
import { prepareInt8, scanInt8 } from './int8';
import { moments, select } from './select';

// A segment as JavaScript describes it, nine 32-bit numbers (../segment.ts):
const FIRST: usize = 0; // its first row, a multiple of 32
const ROWS: usize = 4; // rows, rounded up to a multiple of 16; what is beyond the last is not present
const PACKED: usize = 8; // rows with levels, a multiple of 16
const INT4: usize = 12; // levels in 4 bits, and their low and step, float32 each
const INT4_FIT: usize = 16;
const INT8: usize = 20; // the same in 7 bits
const INT8_FIT: usize = 24;
const FLOAT32: usize = 28; // rows in float32; 0 where they are not (yet) there
export const SEGMENT_BYTES: usize = 32;

/** Rows scored at a time: some 100 KB, which stays in the cache while one query after the other reads it. */
const BLOCK_BYTES: i32 = 98_304;

/**
 * Scores the rows of `count` segments for `queryCount` queries and keeps the `k` best of each.
 *
 * form      4 or 8: levels of so many bits; rows that have none are scored in float32. 32: float32.
 * queries   queryCount × groups × 128 float32.
 * present   bitmap of all rows, bit r mod 32 of word r div 32.
 * scores    room for the scores of one block if `stride` is 0; else row r of query q goes to scores[q × stride + r].
 * best      queryCount × k float32, which start as -Infinity, then as many row numbers.
 * sums      queryCount × 2 float64: the sum of the scores and of their squares are added.
 * scratch   groups × 128 bytes + queryCount × (groups × 256 + 112) bytes.
 *
 * A row that is in no wanted form scores -Infinity. Ties: the lower row comes first.
 */
export function scanSegments(
  form: i32,
  segments: usize,
  count: i32,
  queries: usize,
  queryCount: i32,
  groups: i32,
  present: usize,
  scores: usize,
  stride: i32,
  k: i32,
  best: usize,
  sums: usize,
  scratch: usize,
): void {
  const dim = groups << 7;
  const folded = scratch;
  const folds = folded + dim; // for each query 48 bytes: scale, base, and eight sums of a segment
  const prepared = folds + 48 * queryCount;
  const each = (dim << 1) + 64;
  for (const end = segments + <usize>count * SEGMENT_BYTES; segments < end; segments += SEGMENT_BYTES) {
    const levels = form == 4 ? load<u32>(segments, INT4) : form == 8 ? load<u32>(segments, INT8) : 0;
    const float32 = load<u32>(segments, FLOAT32);
    const packed = levels == 0 ? 0 : load<i32>(segments, PACKED);
    const rows = load<i32>(segments, ROWS);
    const first = load<i32>(segments, FIRST);
    if (packed > 0) {
      const fit = <usize>(form == 4 ? load<u32>(segments, INT4_FIT) : load<u32>(segments, INT8_FIT));
      for (let q = 0; q < queryCount; q++) {
        foldQuery(queries + 4 * q * dim, fit, dim, folded, folds + 48 * q);
        if (form == 4) prepareInt4(folded, groups, prepared + q * each);
        else prepareInt8(folded, groups, prepared + q * each);
      }
    }
    for (let q = 0; q < queryCount; q++) memory.fill(folds + 48 * q + 16, 0, 32);
    for (let from = 0; from < rows; ) {
      const exact = from >= packed;
      const rowBytes = exact ? dim << 2 : form == 4 ? dim >> 1 : dim;
      const most = (BLOCK_BYTES / rowBytes) & ~15;
      const left = (exact ? rows : packed) - from;
      const size = left < most ? left : most;
      for (let q = 0; q < queryCount; q++) {
        const out = stride == 0 ? scores : scores + 4 * <usize>(q * stride + first + from);
        const bits = present + ((first + from) >> 3);
        const fold = folds + 48 * q;
        if (exact && float32 == 0) {
          for (let i = 0; i < size; i++) store<f32>(out + 4 * i, -Infinity);
        } else if (exact) {
          scanFloat32(queries + 4 * q * dim, float32 + 4 * from * dim, size, dim << 2, bits, out);
        } else {
          const block = levels + from * rowBytes;
          const query = prepared + q * each;
          if (form == 4) scanInt4(query, block, size, groups, bits, load<f32>(fold), load<f32>(fold, 4), out);
          else scanInt8(query, block, size, groups, bits, load<f32>(fold), load<f32>(fold, 4), out);
        }
        moments(out, size, fold + 16);
        if (k > 0) select(out, size, first + from, k, best + 4 * q * k, best + 4 * (queryCount + q) * k);
      }
      from += size;
    }
    for (let q = 0; q < queryCount; q++) {
      // From float32 to float64: a million additions are too many for float32.
      for (let i = 0; i < 2; i++) {
        const at = folds + 48 * q + 16 + 16 * i;
        const four = <f64>load<f32>(at) + <f64>load<f32>(at, 4) + <f64>load<f32>(at, 8) + <f64>load<f32>(at, 12);
        store<f64>(sums + 16 * q + 8 * i, load<f64>(sums + 16 * q + 8 * i) + four);
      }
    }
  }
}

/**
 * Folds a quantiser into a query: Σ q·(low + step·level) = Σ q·low + Σ (q·step)·level, and q·step becomes signed bytes.
 *
 * `fit` has `dim` float32 of low, then as many of step; `folded` is `dim` bytes, ±127 at most; `fold` gets scale and
 * base, so that base + scale × (the sum over the bytes) is the score. Halves round to even.
 */
export function foldQuery(query: usize, fit: usize, dim: i32, folded: usize, fold: usize): void {
  const step = fit + 4 * dim;
  let most = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>dim << 2; i += 16) {
    most = f32x4.max(most, f32x4.abs(f32x4.mul(v128.load(query + i), v128.load(step + i))));
  }
  const largest = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  const inverse = f32x4.splat(largest > 0 ? <f32>127 / largest : 0);
  for (let i: usize = 0; i < <usize>dim << 2; i += 64) {
    v128.store(
      folded + (i >> 2),
      i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(four(query + i, step + i, inverse), four(query + i + 16, step + i + 16, inverse)),
        i16x8.narrow_i32x4_s(four(query + i + 32, step + i + 32, inverse), four(query + i + 48, step + i + 48, inverse)),
      ),
    );
  }
  store<f32>(fold, largest / <f32>127);
  store<f32>(fold, dot(query, fit, dim << 2), 4);
}

// @ts-ignore: decorator
@inline
function four(query: usize, step: usize, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(f32x4.mul(v128.load(query), v128.load(step)), inverse)));
}
