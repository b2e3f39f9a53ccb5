// What the scans share. A scan scores four rows, joins their sums and writes four scores with one store.

/** The score of a row that does not take part. */
export const ABSENT: f32 = -Infinity;

/** Four vectors of four sums to the four totals: a transposition and three additions. */
// @ts-ignore: decorator
@inline
export function joinFour(a: v128, b: v128, c: v128, d: v128): v128 {
  return joinPairs(pair(a, b), pair(c, d));
}

/** Half of `joinFour`, for two of the four. */
// @ts-ignore: decorator
@inline
export function pair(a: v128, b: v128): v128 {
  return i32x4.add(interleaveLow(a, b), interleaveHigh(a, b));
}

/** The other half, of two such pairs. */
// @ts-ignore: decorator
@inline
export function joinPairs(ab: v128, cd: v128): v128 {
  return i32x4.add(
    i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
    i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31),
  );
}

// @ts-ignore: decorator
@inline
function interleaveLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

// @ts-ignore: decorator
@inline
function interleaveHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

/**
 * The mask of the low halves of all bytes: 15 sixteen times. `groups` is any number from 0, which a compiler can't know:
 * V8 makes a constant anew wherever it is used, in three instructions, and keeps this in a register.
 */
// @ts-ignore: decorator
@inline
export function lowHalves(groups: i32): v128 {
  return i8x16.splat(<i8>(15 + (groups >>> 31)));
}

/** The four bits of a bitmap for rows `row` … `row + 3`; `row` is a multiple of four. */
// @ts-ignore: decorator
@inline
export function fourBits(bitmap: usize, row: i32): i32 {
  return (load<u8>(bitmap + (row >>> 3)) >>> (row & 4)) & 15;
}

/** `base + scale × sum` for four integer sums, and `ABSENT` where the row's bit is 0. */
// @ts-ignore: decorator
@inline
export function storeFour(scores: usize, sums: v128, scale: v128, base: v128, present: i32): void {
  storePresent(scores, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), scale), base), present);
}

/** Four scores, and `ABSENT` where the row's bit is 0. */
// @ts-ignore: decorator
@inline
function storePresent(scores: usize, values: v128, present: i32): void {
  v128.store(scores, present == 15 ? values : presentOf(values, present));
}

/** Four scores, and `ABSENT` where one of the lowest four bits is 0. */
// @ts-ignore: decorator
@inline
export function presentOf(values: v128, present: i32): v128 {
  const bit = v128.and(i32x4.splat(present), i32x4(1, 2, 4, 8));
  return v128.bitselect(f32x4.splat(ABSENT), values, i32x4.eq(bit, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function joinOne(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/**
 * Loads a byte of each 64 of the listed rows, so that memory is waited for by all of them together. Never below 0: but
 * a caller must look, since what nothing depends on would not be loaded.
 */
export function touch(rows: usize, bytes: i32, list: usize, count: i32): i32 {
  let touched: i32 = 0;
  for (const end = list + (<usize>count << 2); list < end; list += 4) {
    const row = rows + <usize>(load<i32>(list) * bytes);
    for (let line = 0; line < bytes; line += 64) touched |= <i32>load<u8>(row + line);
  }
  return touched;
}
