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
export function storePresent(scores: usize, values: v128, present: i32): void {
  if (present != 15) {
    const bit = v128.and(i32x4.splat(present), i32x4(1, 2, 4, 8));
    values = v128.bitselect(f32x4.splat(ABSENT), values, i32x4.eq(bit, i32x4.splat(0)));
  }
  v128.store(scores, values);
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
 * Writes the numbers of the rows that score more than `bar` to `list`, room for `count`, and says how many. A byte of
 * each 64 of theirs is loaded, so that memory is waited for by all of them together.
 */
export function listAbove(bar: f32, scores: usize, count: i32, rows: usize, bytes: i32, list: usize): i32 {
  const bars = f32x4.splat(bar);
  let found = 0;
  let touched: i32 = 0;
  for (let row = 0; row < count; row += 4) {
    const beats = i32x4.bitmask(f32x4.gt(v128.load(scores + (<usize>row << 2)), bars));
    // Written whether or not it counts: nobody foresees which rows these are, and a wrong guess is dearer than four writes.
    store<i32>(list + (<usize>found << 2), row);
    found += beats & 1;
    store<i32>(list + (<usize>found << 2), row + 1);
    found += (beats >>> 1) & 1;
    store<i32>(list + (<usize>found << 2), row + 2);
    found += (beats >>> 2) & 1;
    store<i32>(list + (<usize>found << 2), row + 3);
    found += beats >>> 3;
  }
  for (let i = 0; i < found; i++) {
    const p = rows + <usize>(load<i32>(list + (<usize>i << 2)) * bytes);
    for (let line = 0; line < bytes; line += 64) touched |= <i32>load<u8>(p + line);
  }
  // Bytes are never below 0; but what nothing depends on would not be loaded.
  return touched < 0 ? touched : found;
}
