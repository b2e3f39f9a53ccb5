// Rows of one bit a value: on which side of their segment's middle they lie. 32 rows stand together, four dimensions (a
// *quad*) in 16 bytes: the low half of byte j is row j, the high half row 16 + j. A query is a table of the sixteen sums
// that four of its values can make with signs, 5 bits each, so a row is scored by looking up, not by multiplying.
// Source: André, Kermarrec & Le Scouarnec 2015 (tables in registers); Gao & Long 2024, RaBitQ, §3 (the estimate).
import { ABSENT, lowHalves, storePresent } from './lanes';

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

// @ts-ignore: decorator
@inline
function joined(four: v128): f32 {
  return (
    f32x4.extract_lane(four, 0) +
    f32x4.extract_lane(four, 2) +
    (f32x4.extract_lane(four, 1) + f32x4.extract_lane(four, 3))
  );
}

/**
 * scores[row] = base + factor × (offset + step × the sum of the row's entries in `table`), `ABSENT` where `present` has
 * a 0, for `count` rows (a multiple of 32) of `quads` (a multiple of eight) × 4 dimensions.
 *
 * `table`: 16 bytes a quad, 31 at most, so that eight of them fit a byte.
 */
export function scanSigns(
  table: usize,
  signs: usize,
  count: i32,
  quads: i32,
  factors: usize,
  present: usize,
  step: f32,
  offset: f32,
  base: f32,
  scores: usize,
): void {
  const low4 = lowHalves(quads);
  const end = table + (<usize>quads << 4);
  for (let row = 0; row < count; row += 32) {
    const bits = load<u32>(present + <usize>(row >>> 3));
    if (bits == 0) {
      for (let i: usize = 0; i < 128; i += 16) v128.store(scores + i, f32x4.splat(ABSENT));
      signs += <usize>quads << 4;
    } else {
      // Sums of 16 bits: rows 0, 2, … 14, with 256 times the next row's; 1, 3, … 15; and the same from 16 on.
      let a = i16x8.splat(0);
      let b = i16x8.splat(0);
      let c = i16x8.splat(0);
      let d = i16x8.splat(0);
      for (let t = table; t < end; t += 128) {
        let lower = i8x16.splat(0);
        let upper = i8x16.splat(0);
        // Two at a time were measured fastest. Shifted as 16 bits, which is one instruction where 8 bits are several.
        for (let quad: usize = 0; quad < 128; quad += 32) {
          const x = v128.load(signs + quad);
          const y = v128.load(signs + quad, 16);
          const q = v128.load(t + quad);
          const r = v128.load(t + quad, 16);
          lower = i8x16.add(lower, lookUp(q, v128.and(x, low4)));
          upper = i8x16.add(upper, lookUp(q, v128.and(i16x8.shr_u(x, 4), low4)));
          lower = i8x16.add(lower, lookUp(r, v128.and(y, low4)));
          upper = i8x16.add(upper, lookUp(r, v128.and(i16x8.shr_u(y, 4), low4)));
        }
        a = i16x8.add(a, lower);
        b = i16x8.add(b, i16x8.shr_u(lower, 8));
        c = i16x8.add(c, upper);
        d = i16x8.add(d, i16x8.shr_u(upper, 8));
        signs += 128;
      }
      a = i16x8.sub(a, i16x8.shl(b, 8));
      c = i16x8.sub(c, i16x8.shl(d, 8));
      storeEight(firstEight(a, b), factors, step, offset, base, bits, scores);
      storeEight(lastEight(a, b), factors + 32, step, offset, base, bits >>> 8, scores + 32);
      storeEight(firstEight(c, d), factors + 64, step, offset, base, bits >>> 16, scores + 64);
      storeEight(lastEight(c, d), factors + 96, step, offset, base, bits >>> 24, scores + 96);
    }
    factors += 128;
    scores += 128;
  }
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

// @ts-ignore: decorator
@inline
function storeEight(sums: v128, factors: usize, step: f32, offset: f32, base: f32, bits: u32, scores: usize): void {
  storeFour(i32x4.extend_low_i16x8_u(sums), factors, step, offset, base, bits & 15, scores);
  storeFour(i32x4.extend_high_i16x8_u(sums), factors + 16, step, offset, base, (bits >>> 4) & 15, scores + 16);
}

// @ts-ignore: decorator
@inline
function storeFour(sums: v128, factors: usize, step: f32, offset: f32, base: f32, bits: i32, scores: usize): void {
  const signed = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.splat(step)), f32x4.splat(offset));
  storePresent(scores, f32x4.add(f32x4.mul(signed, v128.load(factors)), f32x4.splat(base)), bits);
}
