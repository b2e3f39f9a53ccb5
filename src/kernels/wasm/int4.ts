// Rows of 4-bit values against a query of signed bytes. 128 dimensions are one group: 64 bytes of row.
//
//   byte j of block b (16 bytes)   low half: dimension 32b + j     high half: dimension 32b + 16 + j
//
// A group is summed in 16 bits: 16 products of at most 15 × 127 make 30,480, which is less than 32,768, so the sum is
// the exact integer; then it is widened to 32 bits.
import { ABSENT, fourBits, joinFour, storeFour } from './lanes';

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
        a = addGroup(a, q, p);
        b = addGroup(b, q, p + bytes);
        c = addGroup(c, q, p + 2 * bytes);
        d = addGroup(d, q, p + 3 * bytes);
        q += QUERY_BYTES;
      }
      storeFour(scores, joinFour(a, b, c, d), scales, bases, bits);
    }
    rows += 4 * bytes;
    scores += 16;
  }
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

const QUERY_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 128 : 256;

// @ts-ignore: decorator
@inline
function addGroup(sums: v128, q: usize, p: usize): v128 {
  let sum: v128;
  if (ASC_FEATURE_RELAXED_SIMD) {
    sum = i16x8.add(
      i16x8.add(relaxedBlock(v128.load(p), v128.load(q), v128.load(q, 16)), relaxedBlock(v128.load(p, 16), v128.load(q, 32), v128.load(q, 48))),
      i16x8.add(relaxedBlock(v128.load(p, 32), v128.load(q, 64), v128.load(q, 80)), relaxedBlock(v128.load(p, 48), v128.load(q, 96), v128.load(q, 112))),
    );
  } else {
    sum = i16x8.add(
      i16x8.add(plainBlock(v128.load(p), q), plainBlock(v128.load(p, 16), q + 64)),
      i16x8.add(plainBlock(v128.load(p, 32), q + 128), plainBlock(v128.load(p, 48), q + 192)),
    );
  }
  return i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(sum));
}

/** Eight 16-bit sums of four products each. The 4-bit side never has its top bit set, so relaxed means exact. */
// @ts-ignore: decorator
@inline
function relaxedBlock(x: v128, low: v128, high: v128): v128 {
  return i16x8.add(
    i16x8.relaxed_dot_i8x16_i7x16_s(low, v128.and(x, i8x16.splat(15))),
    i16x8.relaxed_dot_i8x16_i7x16_s(high, v128.and(i16x8.shr_u(x, 4), i8x16.splat(15))),
  );
}

/** The same sums: a 16-bit lane holds four values, low to high of dimensions 2l, 16 + 2l, 2l + 1, 17 + 2l. */
// @ts-ignore: decorator
@inline
function plainBlock(x: v128, q: usize): v128 {
  return i16x8.add(
    i16x8.add(
      i16x8.mul(v128.and(x, i16x8.splat(15)), v128.load(q)),
      i16x8.mul(v128.and(i16x8.shr_u(x, 4), i16x8.splat(15)), v128.load(q, 16)),
    ),
    i16x8.add(
      i16x8.mul(v128.and(i16x8.shr_u(x, 8), i16x8.splat(15)), v128.load(q, 32)),
      i16x8.mul(i16x8.shr_u(x, 12), v128.load(q, 48)),
    ),
  );
}
