// Rows of 4-bit values against a query of signed bytes. 128 dimensions are one group: 64 bytes of row.
//
//   byte j of block b (16 bytes)   low half: dimension 32b + j     high half: dimension 32b + 16 + j
//
// A group is summed in 16 bits: 16 products of at most 15 × 127 make 30,480, which is less than 32,768, so the sum is
// the exact integer; then it is widened to 32 bits.
import { ABSENT, fourBits, joinFour, joinOne, listAbove, storeFour } from './lanes';

/** scores[row] = base + scale × Σ query · row for `count` rows (a multiple of four), `ABSENT` where `present` has a 0. */
export function scanInt4(
  query: usize,
  rows: usize,
  count: i32,
  groups: i32,
  present: usize,
  scale: f32,
  base: f32,
  scores: usize,
): void {
  const bytes = groups << 6;
  const scales = f32x4.splat(scale);
  const bases = f32x4.splat(base);
  for (let row = 0; row < count; row += 4) {
    const bits = fourBits(present, row);
    if (bits == 0) {
      v128.store(scores, f32x4.splat(ABSENT));
    } else {
      let a = i32x4.splat(0);
      let b = i32x4.splat(0);
      let c = i32x4.splat(0);
      let d = i32x4.splat(0);
      let q = query;
      let p = rows;
      for (const end = rows + bytes; p < end; p += 64) {
        // Each stretch of query is loaded once for four rows.
        let e = i16x8.splat(0);
        let f = i16x8.splat(0);
        let g = i16x8.splat(0);
        let h = i16x8.splat(0);
        for (let block = 0; block < 64; block += 16) {
          const low = v128.load(q);
          const high = v128.load(q, 16);
          const rest = ASC_FEATURE_RELAXED_SIMD ? low : v128.load(q, 32);
          const last = ASC_FEATURE_RELAXED_SIMD ? low : v128.load(q, 48);
          e = i16x8.add(e, products(v128.load(p + block), low, high, rest, last));
          f = i16x8.add(f, products(v128.load(p + block + bytes), low, high, rest, last));
          g = i16x8.add(g, products(v128.load(p + block + 2 * bytes), low, high, rest, last));
          h = i16x8.add(h, products(v128.load(p + block + 3 * bytes), low, high, rest, last));
          q += QUERY_BYTES;
        }
        a = i32x4.add(a, i32x4.extadd_pairwise_i16x8_s(e));
        b = i32x4.add(b, i32x4.extadd_pairwise_i16x8_s(f));
        c = i32x4.add(c, i32x4.extadd_pairwise_i16x8_s(g));
        d = i32x4.add(d, i32x4.extadd_pairwise_i16x8_s(h));
      }
      storeFour(scores, joinFour(a, b, c, d), scales, bases, bits);
    }
    rows += 4 * bytes;
    scores += 16;
  }
}

/**
 * As `scanInt4`, but only for rows that score more than `bar` so far: their scores become what their levels say, and the
 * others stay. For a pass that has been over the rows with less than their levels.
 *
 * `list` is room for `count` × 4 bytes: rows are found first and scored then, so that memory is waited for together.
 * Returns how many there were.
 */
export function refineInt4(
  query: usize,
  rows: usize,
  count: i32,
  groups: i32,
  bar: f32,
  scale: f32,
  base: f32,
  scores: usize,
  list: usize,
): i32 {
  const bytes = groups << 6;
  const found = listAbove(bar, scores, count, rows, bytes, list);
  for (const end = list + (<usize>found << 2); list < end; list += 4) {
    const row = load<i32>(list);
    let sum = i32x4.splat(0);
    let q = query;
    let p = rows + <usize>(row * bytes);
    for (const last = p + bytes; p < last; p += 64) {
      let four = i16x8.splat(0);
      for (let block = 0; block < 64; block += 16) {
        const low = v128.load(q);
        const high = v128.load(q, 16);
        const rest = ASC_FEATURE_RELAXED_SIMD ? low : v128.load(q, 32);
        const most = ASC_FEATURE_RELAXED_SIMD ? low : v128.load(q, 48);
        four = i16x8.add(four, products(v128.load(p + block), low, high, rest, most));
        q += QUERY_BYTES;
      }
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(four));
    }
    store<f32>(scores + (<usize>row << 2), base + scale * <f32>joinOne(sum));
  }
  return found;
}

/** Lays a query of signed bytes out as `scanInt4` of this module reads it; at most twice its size. */
export function prepareInt4(query: usize, groups: i32, prepared: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    memory.copy(prepared, query, groups << 7);
  } else {
    for (let block = 0; block < groups << 2; block++) {
      for (let lane = 0; lane < 8; lane++) {
        store<i16>(prepared, load<i8>(query + 2 * lane), 0);
        store<i16>(prepared, load<i8>(query + 2 * lane, 16), 16);
        store<i16>(prepared, load<i8>(query + 2 * lane, 1), 32);
        store<i16>(prepared, load<i8>(query + 2 * lane, 17), 48);
        prepared += 2;
      }
      query += 32;
      prepared += 48;
    }
  }
}

/** Bytes of prepared query for the 32 dimensions of a block. */
const QUERY_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 32 : 64;

/** Eight 16-bit sums of four products each, for one block of a row. */
// @ts-ignore: decorator
@inline
function products(x: v128, q0: v128, q1: v128, q2: v128, q3: v128): v128 {
  const low4 = i8x16.splat(15);
  if (ASC_FEATURE_RELAXED_SIMD) {
    // The 4-bit side never has its top bit set, so relaxed means exact.
    return i16x8.add(
      i16x8.relaxed_dot_i8x16_i7x16_s(q0, v128.and(x, low4)),
      i16x8.relaxed_dot_i8x16_i7x16_s(q1, v128.and(i16x8.shr_u(x, 4), low4)),
    );
  }
  // A 16-bit lane holds four values, low to high of dimensions 2l, 16 + 2l, 2l + 1, 17 + 2l.
  const low16 = i16x8.splat(15);
  return i16x8.add(
    i16x8.add(i16x8.mul(v128.and(x, low16), q0), i16x8.mul(v128.and(i16x8.shr_u(x, 4), low16), q1)),
    i16x8.add(i16x8.mul(v128.and(i16x8.shr_u(x, 8), low16), q2), i16x8.mul(i16x8.shr_u(x, 12), q3)),
  );
}
