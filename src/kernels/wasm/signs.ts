// Rows of one bit a value: on which side of their segment's middle they lie. 32 rows stand together, four dimensions (a
// *quad*) in 16 bytes: the low half of byte j is row j, the high half row 16 + j. A query is a table of the sixteen sums
// that four of its values can make with signs, 5 bits each, so a row is scored by looking up, not by multiplying. A query
// looks only at the quads that tell it much.
// Source: André, Kermarrec & Le Scouarnec 2015 (tables in registers); Gao & Long 2024, RaBitQ, §3 (the estimate).
import { ABSENT, lowHalves, presentOf } from './lanes';
import { select } from './select';
import { joined, OFFSET, PLACES, STEP } from './sign-table';

/**
 * Signs of `count` rows of levels of 4 or 8 `bits`, 32 dimensions a block, and what makes a sum over signs an estimate.
 *
 * thresholds  a byte for each dimension: the least level above the middle.
 * steps       for each dimension float32 step, then as many of shift: step × level + shift is the distance x from the
 *             middle; then as many of weight w, the length that a sign has in this dimension.
 * signs       whole stretches of 32 rows, zero before.
 * factors[r]  Σxᵢ² ÷ Σwᵢ|xᵢ| of the row: the length that its signs must have for an unbiased estimate.
 */
export function packSigns(
  bits: i32,
  levels: usize,
  count: i32,
  blocks: i32,
  thresholds: usize,
  steps: usize,
  signs: usize,
  factors: usize,
): void {
  const low4 = i8x16.splat(15);
  const shifts = steps + (<usize>blocks << 7);
  const weights = shifts + (<usize>blocks << 7);
  for (let row = 0; row < count; row++) {
    const place = signs + <usize>((row >>> 5) * blocks * 128 + (row & 15));
    const shift = (row & 16) >>> 2;
    sums = f32x4.splat(0);
    squares = f32x4.splat(0);
    for (let block = 0; block < blocks; block++) {
      let lower = v128.load(levels);
      let upper: v128;
      if (bits == 4) {
        upper = i8x16.shr_u(lower, 4);
        lower = v128.and(lower, low4);
        levels += 16;
      } else {
        upper = v128.load(levels, 16);
        levels += 32;
      }
      const limits = thresholds + (<usize>block << 5);
      const first = i8x16.bitmask(i8x16.ge_u(lower, v128.load(limits)));
      const both = first | (i8x16.bitmask(i8x16.ge_u(upper, v128.load(limits, 16))) << 16);
      for (let quad = 0; quad < 8; quad++) {
        const at = place + <usize>((block << 7) + (quad << 4));
        store<u8>(at, load<u8>(at) | (((both >>> (quad << 2)) & 15) << shift));
      }
      const at = <usize>block << 7;
      addSixteen(lower, steps + at, shifts + at, weights + at);
      addSixteen(upper, steps + at + 64, shifts + at + 64, weights + at + 64);
    }
    const sum = joined(sums);
    store<f32>(factors + (<usize>row << 2), sum > 0 ? joined(squares) / sum : 0);
  }
}

/** Of the row at hand: Σwᵢ|xᵢ| and Σxᵢ², dimension i in lane i mod 4. */
let sums: v128 = f32x4.splat(0);
let squares: v128 = f32x4.splat(0);

// @ts-ignore: decorator
@inline
function addSixteen(levels: v128, steps: usize, shifts: usize, weights: usize): void {
  const low = i16x8.extend_low_i8x16_u(levels);
  const high = i16x8.extend_high_i8x16_u(levels);
  addFour(i32x4.extend_low_i16x8_u(low), steps, shifts, weights);
  addFour(i32x4.extend_high_i16x8_u(low), steps + 16, shifts + 16, weights + 16);
  addFour(i32x4.extend_low_i16x8_u(high), steps + 32, shifts + 32, weights + 32);
  addFour(i32x4.extend_high_i16x8_u(high), steps + 48, shifts + 48, weights + 48);
}

// @ts-ignore: decorator
@inline
function addFour(levels: v128, steps: usize, shifts: usize, weights: usize): void {
  const x = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(levels), v128.load(steps)), v128.load(shifts));
  sums = f32x4.add(sums, f32x4.mul(f32x4.abs(x), v128.load(weights)));
  squares = f32x4.add(squares, f32x4.mul(x, x));
}

/**
 * scores[row] = base + factor × (offset + step × the sum of the row's entries in `table`), `ABSENT` where `present` has
 * a 0, for `count` rows (a multiple of 32) of `quads` × 4 dimensions.
 *
 * tops   the greatest score of each 32.
 * sums   as `moments` has them: those of these scores are added.
 */
export function scanSigns(
  table: usize,
  signs: usize,
  count: i32,
  quads: i32,
  factors: usize,
  present: usize,
  base: f32,
  scores: usize,
  tops: usize,
  sums: usize,
): void {
  const low4 = lowHalves(quads);
  const step = f32x4.splat(load<f32>(table, STEP));
  const offset = f32x4.splat(load<f32>(table, OFFSET));
  const bases = f32x4.splat(base);
  const places = table + PLACES;
  const end = places + (<usize>load<i32>(table) << 2);
  const first = places + (<usize>quads << 2);
  const absent = f32x4.splat(ABSENT);
  let sum = v128.load(sums);
  let squares = v128.load(sums, 16);
  for (let row = 0; row < count; row += 32) {
    const bits = load<i32>(present + <usize>(row >>> 3));
    if (bits == 0) {
      for (let i: usize = 0; i < 128; i += 16) v128.store(scores + i, f32x4.splat(ABSENT));
      store<f32>(tops, ABSENT);
    } else {
      // Sums of 16 bits: rows 0, 2, … 14, with 256 times the next row's; 1, 3, … 15; and the same from 16 on.
      let a = i16x8.splat(0);
      let b = i16x8.splat(0);
      let c = i16x8.splat(0);
      let d = i16x8.splat(0);
      let t = first;
      for (let at = places; at < end; at += 32) {
        let lower = i8x16.splat(0);
        let upper = i8x16.splat(0);
        // Two at a time were measured fastest. Shifted as 16 bits, which is one instruction where 8 bits are several.
        for (let i: usize = 0; i < 8; i += 2) {
          const x = v128.load(signs + <usize>load<u32>(at + (i << 2)));
          const y = v128.load(signs + <usize>load<u32>(at + (i << 2), 4));
          const q = v128.load(t + (i << 4));
          const r = v128.load(t + (i << 4), 16);
          lower = i8x16.add(lower, lookUp(q, v128.and(x, low4)));
          upper = i8x16.add(upper, lookUp(q, v128.and(i16x8.shr_u(x, 4), low4)));
          lower = i8x16.add(lower, lookUp(r, v128.and(y, low4)));
          upper = i8x16.add(upper, lookUp(r, v128.and(i16x8.shr_u(y, 4), low4)));
        }
        a = i16x8.add(a, lower);
        b = i16x8.add(b, i16x8.shr_u(lower, 8));
        c = i16x8.add(c, upper);
        d = i16x8.add(d, i16x8.shr_u(upper, 8));
        t += 128;
      }
      a = i16x8.sub(a, i16x8.shl(b, 8));
      c = i16x8.sub(c, i16x8.shl(d, 8));
      // The sums wait in the second half of the room for the scores, which are fewer by then than what was read.
      v128.store(scores, firstEight(a, b), 64);
      v128.store(scores, lastEight(a, b), 80);
      v128.store(scores, firstEight(c, d), 96);
      v128.store(scores, lastEight(c, d), 112);
      let top = absent;
      for (let i: usize = 0; i < 32; i += 4) {
        const looked = f32x4.convert_i32x4_s(v128.load_ext<u16>(scores + (i << 1), 64));
        const signed = f32x4.add(f32x4.mul(looked, step), offset);
        let score = f32x4.add(f32x4.mul(signed, v128.load(factors + (i << 2))), bases);
        let value = score;
        if (bits != -1) {
          score = presentOf(score, bits >>> <i32>i);
          value = v128.and(score, f32x4.gt(score, absent));
        }
        v128.store(scores + (i << 2), score);
        top = f32x4.pmax(top, score);
        sum = f32x4.add(sum, value);
        squares = f32x4.add(squares, f32x4.mul(value, value));
      }
      top = f32x4.pmax(top, i8x16.shuffle(top, top, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
      top = f32x4.pmax(top, i8x16.shuffle(top, top, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
      store<f32>(tops, f32x4.extract_lane(top, 0));
    }
    signs += <usize>quads << 4;
    factors += 128;
    scores += 128;
    tops += 4;
  }
  v128.store(sums, sum);
  v128.store(sums, squares, 16);
}

// @ts-ignore: decorator
@inline
function lookUp(table: v128, indices: v128): v128 {
  // All indices are below 16, so relaxed means exact.
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(table, indices) : i8x16.swizzle(table, indices);
}

// @ts-ignore: decorator
@inline
function firstEight(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}

// @ts-ignore: decorator
@inline
function lastEight(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

/**
 * As `select`, for scores that `scanSigns` wrote: `count` is a multiple of 32, and most of these are passed over by
 * their `tops`.
 */
export function selectTops(
  scores: usize,
  tops: usize,
  count: i32,
  first: u32,
  k: i32,
  best: usize,
  rows: usize,
): void {
  for (let row = 0; row < count; row += 32) {
    if (load<f32>(tops) > load<f32>(best + (<usize>(k - 1) << 2))) select(scores, 32, first + row, k, best, rows);
    tops += 4;
    scores += 128;
  }
}

/** Writes which of `count` rows score more than `bar` to `list`, 4 bytes each, and says how many; tops as above. */
export function listAbove(bar: f32, scores: usize, tops: usize, count: i32, list: usize): i32 {
  const bars = f32x4.splat(bar);
  const start = list;
  for (let row = 0; row < count; row += 32) {
    if (load<f32>(tops) > bar) {
      for (let four = 0; four < 32; four += 4) {
        let beats = i32x4.bitmask(f32x4.gt(v128.load(scores + (<usize>four << 2)), bars));
        for (; beats; beats &= beats - 1) {
          store<i32>(list, row + four + ctz(beats));
          list += 4;
        }
      }
    }
    tops += 4;
    scores += 128;
  }
  return <i32>((list - start) >>> 2);
}
