// Rows of 4-bit values against a query of signed bytes. 128 dimensions are one group: 64 bytes of row.
//
//   byte j of block b (16 bytes)   low half l: dimension 32b + j     high half h: dimension 32b + 16 + j
//
// The high half is not taken out of its byte. A byte times a is 16·h·a + l·a: with a the high dimension's query value, the
// low dimension's, less what l·a has put in already, is all that l must be multiplied by. So sixteen bytes cost a load, a
// mask and two products. `prepareInt4` makes of the signed bytes q (±127)
//
//   a = q ÷ 2 of the high dimension, halves to even: ±64, so that two products of 255 × 64 fit the 16 bits that some
//       processors add them in;
//   c = (120·q − 15·a) ÷ 128 of the low dimension, rounded: ±127
//
// and 15·Σ a·byte + 128·Σ c·l + offset is 120 × the sum over q, but for the rounding. `offset` takes off what rounding
// does to a level in the middle, 7.5, so that an error is no more than the distance from there makes of it. All of it is
// whole numbers that fit 32 bits, up to 8,192 dimensions.
import { ABSENT, fourBits, joinOne, joinPairs, lowHalves, pair, storeFour, touch } from './lanes';

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
  // Where nothing is to be turned over, that would cost a tenth.
  if (v128.any_true(v128.load(query, FLIP))) scan<i8>(query, rows, count, groups, present, scale, base, scores);
  else scan<u8>(query, rows, count, groups, present, scale, base, scores);
}

/** @template Byte `i8` where the engine takes top bits of rows for signs, else `u8`. */
// @ts-ignore: decorator
@inline
function scan<Byte>(
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
  const scales = f32x4.splat(scale / 120);
  const bases = f32x4.splat(base);
  const offset = i32x4.splat(load<i32>(query));
  const flip = v128.load(query, FLIP);
  const low4 = lowHalves(groups);
  for (let row = 0; row < count; row += 4) {
    const bits = fourBits(present, row);
    if (bits == 0) {
      v128.store(scores, f32x4.splat(ABSENT));
    } else {
      const sums = joinPairs(
        sumTwo<Byte>(query, rows, bytes, flip, low4),
        sumTwo<Byte>(query, rows + 2 * bytes, bytes, flip, low4),
      );
      storeFour(scores, i32x4.add(sums, offset), scales, bases, bits);
    }
    rows += 4 * bytes;
    scores += 16;
  }
}

/**
 * The sums of two rows, as `pair` leaves them. Each stretch of query is loaded once for both; four rows at once are a
 * fifth faster where they lie in the cache, and half as fast where they come from farther, in an order nothing foresees.
 * Blocks take turns at two sums each: a product waits for the sum that it is added to.
 */
// @ts-ignore: decorator
@inline
function sumTwo<Byte>(query: usize, row: usize, bytes: i32, flip: v128, low4: v128): v128 {
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0);
  let c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0);
  let d1 = i32x4.splat(0);
  let q = query + BLOCKS;
  for (const end = row + bytes; row < end; row += 32) {
    const w = v128.load(row);
    a0 = addBytes<Byte>(a0, w, q, flip, low4);
    b0 = addHalves(b0, w, q, low4);
    const x = v128.load(row + bytes);
    c0 = addBytes<Byte>(c0, x, q, flip, low4);
    d0 = addHalves(d0, x, q, low4);
    const y = v128.load(row, 16);
    a1 = addBytes<Byte>(a1, y, q + QUERY_BYTES, flip, low4);
    b1 = addHalves(b1, y, q + QUERY_BYTES, low4);
    const z = v128.load(row + bytes, 16);
    c1 = addBytes<Byte>(c1, z, q + QUERY_BYTES, flip, low4);
    d1 = addHalves(d1, z, q + QUERY_BYTES, low4);
    q += 2 * QUERY_BYTES;
  }
  return pair(
    weigh(i32x4.add(a0, a1), i32x4.add(b0, b1)),
    weigh(i32x4.add(c0, c1), i32x4.add(d0, d1)),
  );
}

/**
 * As `scanInt4`, but only for the `found` rows that `list` names, 4 bytes each: their scores become what their levels say,
 * and the others stay. For a pass that has been over the rows with less than their levels.
 */
export function refineInt4(
  query: usize,
  rows: usize,
  groups: i32,
  scale: f32,
  base: f32,
  scores: usize,
  list: usize,
  found: i32,
): void {
  const bytes = groups << 6;
  const each = scale / 120;
  const offset = load<i32>(query);
  const flip = v128.load(query, FLIP);
  const low4 = lowHalves(groups);
  if (touch(rows, bytes, list, found) < 0) return;
  for (const end = list + (<usize>found << 2); list < end; list += 4) {
    const row = load<i32>(list);
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let q = query + BLOCKS;
    let p = rows + <usize>(row * bytes);
    for (const last = p + bytes; p < last; p += 32) {
      const x = v128.load(p);
      a = addBytes<i8>(a, x, q, flip, low4);
      b = addHalves(b, x, q, low4);
      const y = v128.load(p, 16);
      c = addBytes<i8>(c, y, q + QUERY_BYTES, flip, low4);
      d = addHalves(d, y, q + QUERY_BYTES, low4);
      q += 2 * QUERY_BYTES;
    }
    const sum = joinOne(weigh(i32x4.add(a, c), i32x4.add(b, d)));
    store<f32>(scores + (<usize>row << 2), base + each * <f32>(offset + sum));
  }
}

/**
 * Makes of a query of signed bytes (±127) what `scanInt4` of this module reads: at most twice its size and 64 bytes.
 *
 * prepared   offset (int32); from byte 16 on sixteen bytes that turn the top bits of rows over, where the engine takes
 *            them for signs; from byte 64 on for each block a and c, sixteen of each: as signed bytes, or times 15 and
 *            128 as 16-bit numbers, the even bytes' and then the odd ones'.
 */
export function prepareInt4(query: usize, groups: i32, prepared: usize): void {
  const unit = i16x8.splat(1);
  let bytes = i32x4.splat(0);
  let rounding = i32x4.splat(0);
  let to = prepared + BLOCKS;
  for (const end = query + (groups << 7); query < end; query += 32) {
    for (let half: usize = 0; half < 16; half += 8) {
      const low = v128.load_ext<i8>(query + half);
      const high = v128.load_ext<i8>(query + half, 16);
      const isOdd = i16x8.eq(v128.and(high, i16x8.splat(3)), i16x8.splat(3));
      const a = i16x8.sub(i16x8.shr_s(high, 1), isOdd);
      const wanted = i16x8.sub(i16x8.mul(low, i16x8.splat(120)), i16x8.mul(a, i16x8.splat(15)));
      const c = i16x8.shr_s(i16x8.add(wanted, i16x8.splat(64)), 7);
      bytes = i32x4.add(bytes, i32x4.dot_i16x8_s(a, unit));
      // 120·low − 15·a − 128·c of the low half, and 120·high − 240·a of the high one.
      const left = i16x8.sub(wanted, i16x8.shl(c, 7));
      const other = i16x8.sub(high, i16x8.shl(a, 1));
      rounding = i32x4.add(rounding, i32x4.dot_i16x8_s(left, unit));
      rounding = i32x4.add(rounding, i32x4.dot_i16x8_s(other, i16x8.splat(120)));
      if (ASC_FEATURE_RELAXED_SIMD) {
        v128.store64_lane(to + half, i8x16.narrow_i16x8_s(a, a), 0);
        v128.store64_lane(to + half, i8x16.narrow_i16x8_s(c, c), 0, 16);
      } else {
        storeTurns(to + half, i16x8.mul(a, i16x8.splat(15)));
        storeTurns(to + half, i16x8.shl(c, 7), 32);
      }
    }
    to += QUERY_BYTES;
  }
  let offset = (15 * joinOne(rounding)) >> 1;
  let flip = i8x16.splat(0);
  if (ASC_FEATURE_RELAXED_SIMD) {
    // What the top bit of the second factor means is the engine's choice: 1 × 255 or 1 × −1.
    const sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(1), i8x16.splat(-1), i32x4.splat(0));
    if (i32x4.extract_lane(sums, 0) < 0) {
      flip = i8x16.splat(-128);
      offset += 15 * 128 * joinOne(bytes);
    }
  }
  store<i32>(prepared, offset);
  v128.store(prepared, flip, FLIP);
}

/** Of eight numbers the even ones at `to`, and the odd ones 16 bytes on. */
// @ts-ignore: decorator
@inline
function storeTurns(to: usize, x: v128, offset: usize = 0): void {
  const parted = i8x16.shuffle(x, x, 0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
  v128.store64_lane(to + offset, parted, 0);
  v128.store64_lane(to + offset, parted, 1, 16);
}

const FLIP: usize = 16;
const BLOCKS: usize = 64;
/** Bytes of prepared query for the 32 dimensions of a block. */
const QUERY_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 32 : 64;

/** Of one block Σ a·byte, in four sums. Without relaxed SIMD this is all there is to do: both, weighed. */
// @ts-ignore: decorator
@inline
function addBytes<Byte>(sums: v128, x: v128, q: usize, flip: v128, low4: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q), isSigned<Byte>() ? v128.xor(x, flip) : x, sums);
  }
  const even = v128.and(x, i16x8.splat(255));
  const odd = i16x8.shr_u(x, 8);
  const bytes = i32x4.add(i32x4.dot_i16x8_s(even, v128.load(q)), i32x4.dot_i16x8_s(odd, v128.load(q, 16)));
  const halves = i32x4.add(
    i32x4.dot_i16x8_s(v128.and(even, low4), v128.load(q, 32)),
    i32x4.dot_i16x8_s(v128.and(odd, low4), v128.load(q, 48)),
  );
  return i32x4.add(sums, i32x4.add(bytes, halves));
}

/** Of one block Σ c·l, in four sums. */
// @ts-ignore: decorator
@inline
function addHalves(sums: v128, x: v128, q: usize, low4: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return sums;
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(q, 16), v128.and(x, low4), sums);
}

// @ts-ignore: decorator
@inline
function weigh(bytes: v128, halves: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return bytes;
  return i32x4.add(i32x4.sub(i32x4.shl(bytes, 4), bytes), i32x4.shl(halves, 7));
}
