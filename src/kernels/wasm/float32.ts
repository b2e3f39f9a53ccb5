// Rows of float32 against a query of float32. Sixteen running sums, in the order of `dot` in ../dot.ts: the same bits.
import { ABSENT, fourBits } from './lanes';

/** scores[row] = query · row for `count` rows (a multiple of four) of `bytes` each (a multiple of 64). */
export function scanFloat32(query: usize, rows: usize, count: i32, bytes: i32, present: usize, scores: usize): void {
  for (let row = 0; row < count; row += 4) {
    const bits = fourBits(present, row);
    for (let i = 0; i < 4; i++) {
      store<f32>(scores, bits & (1 << i) ? dot(query, rows, bytes) : ABSENT);
      rows += bytes;
      scores += 4;
    }
  }
}

/** scores[i] = query · the row at address `rows[i]`. */
export function scoreFloat32(query: usize, rows: usize, count: i32, bytes: i32, scores: usize): void {
  for (let i = 0; i < count; i++) {
    store<f32>(scores + (i << 2), dot(query, load<u32>(rows + (i << 2)), bytes));
  }
}

// @ts-ignore: decorator
@inline
export function dot(q: usize, p: usize, bytes: i32): f32 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (const end = p + bytes; p < end; p += 64) {
    a = f32x4.add(a, f32x4.mul(v128.load(q), v128.load(p)));
    b = f32x4.add(b, f32x4.mul(v128.load(q, 16), v128.load(p, 16)));
    c = f32x4.add(c, f32x4.mul(v128.load(q, 32), v128.load(p, 32)));
    d = f32x4.add(d, f32x4.mul(v128.load(q, 48), v128.load(p, 48)));
    q += 64;
  }
  const four = f32x4.add(f32x4.add(a, c), f32x4.add(b, d));
  const two = f32x4.add(four, i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}
