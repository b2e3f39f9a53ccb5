// Rows of 7-bit values (0 … 127, one to a byte) against a query of signed bytes. 128 dimensions are one group.
import { ABSENT, fourBits, joinOne, joinPairs, pair, storeFour, touch } from './lanes';

/** scores[row] = base + scale × Σ query · row for `count` rows (a multiple of four), `ABSENT` where `present` has a 0. */
export function scanInt8(
  query: usize,
  rows: usize,
  count: i32,
  groups: i32,
  present: usize,
  scale: f32,
  base: f32,
  scores: usize,
): void {
  const bytes = groups << 7;
  const scales = f32x4.splat(scale);
  const bases = f32x4.splat(base);
  for (let row = 0; row < count; row += 4) {
    const bits = fourBits(present, row);
    if (bits == 0) {
      v128.store(scores, f32x4.splat(ABSENT));
    } else {
      const sums = joinPairs(sumTwo(query, rows, bytes), sumTwo(query, rows + 2 * bytes, bytes));
      storeFour(scores, sums, scales, bases, bits);
    }
    rows += 4 * bytes;
    scores += 16;
  }
}

/** As `refineInt4` of ./int4.ts. */
export function refineInt8(
  query: usize,
  rows: usize,
  groups: i32,
  scale: f32,
  base: f32,
  scores: usize,
  list: usize,
  found: i32,
): void {
  const bytes = groups << 7;
  if (touch(rows, bytes, list, found) < 0) return;
  for (const end = list + (<usize>found << 2); list < end; list += 4) {
    const row = load<i32>(list);
    const sum = joinOne(sumRow(query, rows + <usize>(row * bytes), bytes));
    store<f32>(scores + (<usize>row << 2), base + scale * <f32>sum);
  }
}

/** Lays a query of signed bytes out as `scanInt8` of this module reads it; at most twice its size. */
export function prepareInt8(query: usize, groups: i32, prepared: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    memory.copy(prepared, query, groups << 7);
  } else {
    for (let i = 0; i < groups << 7; i++) store<i16>(prepared + 2 * i, load<i8>(query + i));
  }
}

/** The sums of two rows, as `pair` leaves them: each stretch of query is loaded once for both. */
// @ts-ignore: decorator
@inline
function sumTwo(query: usize, row: usize, bytes: i32): v128 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (const end = row + bytes; row < end; row += 32) {
    a = addSixteen(a, query, row);
    b = addSixteen(b, query, row + bytes);
    c = addSixteen(c, query + QUERY_BYTES, row + 16);
    d = addSixteen(d, query + QUERY_BYTES, row + 16 + bytes);
    query += 2 * QUERY_BYTES;
  }
  return pair(i32x4.add(a, c), i32x4.add(b, d));
}

// @ts-ignore: decorator
@inline
function sumRow(query: usize, row: usize, bytes: i32): v128 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (const end = row + bytes; row < end; row += 64) {
    a = addSixteen(a, query, row);
    b = addSixteen(b, query + QUERY_BYTES, row + 16);
    c = addSixteen(c, query + 2 * QUERY_BYTES, row + 32);
    d = addSixteen(d, query + 3 * QUERY_BYTES, row + 48);
    query += 4 * QUERY_BYTES;
  }
  return i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
}

/** Bytes of query for sixteen dimensions. */
const QUERY_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 16 : 32;

/** The 7-bit side never has its top bit set and 2 × 127 × 127 fits 16 bits, so relaxed means exact. */
// @ts-ignore: decorator
@inline
function addSixteen(sums: v128, q: usize, p: usize): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q), v128.load(p), sums);
  }
  const low = i32x4.dot_i16x8_s(v128.load_ext<i8>(p), v128.load(q));
  const high = i32x4.dot_i16x8_s(v128.load_ext<i8>(p, 8), v128.load(q, 16));
  return i32x4.add(sums, i32x4.add(low, high));
}
