import { exponentials } from './maths';

/**
 * Multi-head attention of one text: for each head, out = softmax(q kᵀ / √d) v.
 *
 * Eight queries go together, one in each lane of two vectors, so that softmax needs no sum across lanes.
 *
 * Shapes   queries: count rows of heads × d floats, `queryStride` bytes apart; keys, values: tokens rows, `stride` bytes
 *          apart; out: count rows, `outStride` bytes apart; d a multiple of 4.
 *          scratch: 2 · (tokens + 3) · d + 8 · d + 8 · (tokens + 3) floats.
 * Cost     2 × count × tokens × heads × d multiply-adds of float32, four an instruction.
 * Source   Vaswani et al. 2017, "Attention Is All You Need".
 */
export function attend(
  out: usize,
  outStride: i32,
  queries: usize,
  queryStride: i32,
  count: i32,
  keys: usize,
  values: usize,
  stride: i32,
  tokens: i32,
  heads: i32,
  d: i32,
  scratch: usize,
): void {
  const bytes = d << 2;
  const padded = (tokens + 3) & ~3;
  const k = scratch;
  const v = k + padded * bytes;
  const q = v + padded * bytes;
  const p = q + (bytes << 3);
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>d);
  for (let head = 0; head < heads; head++) {
    // Copied together: rows a power of two apart would fall on a few cache sets.
    for (let t = 0; t < tokens; t++) {
      memory.copy(k + t * bytes, keys + t * stride, bytes);
      memory.copy(v + t * bytes, values + t * stride, bytes);
    }
    memory.fill(k + tokens * bytes, 0, (padded - tokens) * bytes);
    for (let i = 0; i < count; i += 8) {
      const some = min(8, count - i);
      gather(queries + i * queryStride, queryStride, some, d, scale, q);
      score(q, k, d, padded, p);
      const inverse0 = soften(p, tokens);
      const inverse1 = soften(p + 16, tokens);
      mix(p, v, d, tokens, inverse0, inverse1, out + i * outStride, outStride, some);
    }
    queries += bytes;
    keys += bytes;
    values += bytes;
    out += bytes;
  }
}

/** Up to eight queries, scaled, side by side: d × 8. */
// @ts-ignore: decorator
@inline
function gather(from: usize, stride: i32, some: i32, d: i32, scale: f32, q: usize): void {
  memory.fill(q, 0, d << 5);
  for (let i = 0; i < some; i++) {
    for (let c = 0; c < d; c++) store<f32>(q + (c << 5) + (i << 2), load<f32>(from + (c << 2)) * scale);
    from += stride;
  }
}

/** p (tokens × 8) = k (tokens × d) · q (d × 8). */
// @ts-ignore: decorator
@inline
function score(q: usize, k: usize, d: i32, tokens: i32, p: usize): void {
  const bytes = d << 2;
  for (let t = 0; t < tokens; t += 4) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let d0 = f32x4.splat(0);
    let d1 = f32x4.splat(0);
    const ka = k;
    const kb = k + bytes;
    const kc = kb + bytes;
    const kd = kc + bytes;
    let x = q;
    for (let c = 0; c < bytes; c += 4) {
      const q0 = v128.load(x);
      const q1 = v128.load(x, 16);
      let value = v128.load32_splat(ka + c);
      a0 = f32x4.add(a0, f32x4.mul(value, q0));
      a1 = f32x4.add(a1, f32x4.mul(value, q1));
      value = v128.load32_splat(kb + c);
      b0 = f32x4.add(b0, f32x4.mul(value, q0));
      b1 = f32x4.add(b1, f32x4.mul(value, q1));
      value = v128.load32_splat(kc + c);
      c0 = f32x4.add(c0, f32x4.mul(value, q0));
      c1 = f32x4.add(c1, f32x4.mul(value, q1));
      value = v128.load32_splat(kd + c);
      d0 = f32x4.add(d0, f32x4.mul(value, q0));
      d1 = f32x4.add(d1, f32x4.mul(value, q1));
      x += 32;
    }
    v128.store(p, a0);
    v128.store(p, a1, 16);
    v128.store(p, b0, 32);
    v128.store(p, b1, 48);
    v128.store(p, c0, 64);
    v128.store(p, c1, 80);
    v128.store(p, d0, 96);
    v128.store(p, d1, 112);
    p += 128;
    k += bytes << 2;
  }
}

/** e^(score − largest) of four queries, in place; returns 1 / sum. */
// @ts-ignore: decorator
@inline
function soften(p: usize, tokens: i32): v128 {
  const end = p + (tokens << 5);
  let largest = v128.load(p);
  for (let at = p + 32; at < end; at += 32) largest = f32x4.pmax(largest, v128.load(at));
  const sum = exponentials(p, end, largest, tokens);
  return f32x4.div(f32x4.splat(1), sum);
}

/** out (some × d) = pᵀ (8 × tokens) · v (tokens × d), each query times its `inverse`. */
// @ts-ignore: decorator
@inline
function mix(
  p: usize,
  v: usize,
  d: i32,
  tokens: i32,
  inverse0: v128,
  inverse1: v128,
  out: usize,
  stride: i32,
  some: i32,
): void {
  const bytes = d << 2;
  for (let c = 0; c < bytes; c += 16) {
    let a0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let d0 = f32x4.splat(0);
    let d1 = f32x4.splat(0);
    let x = v + c;
    for (let at = p, end = p + (tokens << 5); at < end; at += 32) {
      const p0 = v128.load(at);
      const p1 = v128.load(at, 16);
      let value = v128.load32_splat(x);
      a0 = f32x4.add(a0, f32x4.mul(value, p0));
      a1 = f32x4.add(a1, f32x4.mul(value, p1));
      value = v128.load32_splat(x, 4);
      b0 = f32x4.add(b0, f32x4.mul(value, p0));
      b1 = f32x4.add(b1, f32x4.mul(value, p1));
      value = v128.load32_splat(x, 8);
      c0 = f32x4.add(c0, f32x4.mul(value, p0));
      c1 = f32x4.add(c1, f32x4.mul(value, p1));
      value = v128.load32_splat(x, 12);
      d0 = f32x4.add(d0, f32x4.mul(value, p0));
      d1 = f32x4.add(d1, f32x4.mul(value, p1));
      x += bytes;
    }
    storeQuarter(out + c, stride, some, inverse0, a0, b0, c0, d0);
    storeQuarter(out + c + (stride << 2), stride, some - 4, inverse1, a1, b1, c1, d1);
  }
}

/** Four columns of up to four queries: a transposition. */
// @ts-ignore: decorator
@inline
function storeQuarter(to: usize, stride: i32, some: i32, inverse: v128, a: v128, b: v128, c: v128, d: v128): void {
  a = f32x4.mul(a, inverse);
  b = f32x4.mul(b, inverse);
  c = f32x4.mul(c, inverse);
  d = f32x4.mul(d, inverse);
  const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  if (some > 0) v128.store(to, i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  if (some > 1) v128.store(to + stride, i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
  if (some < 3) return;
  const ef = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const gh = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  to += stride << 1;
  v128.store(to, i8x16.shuffle(ef, gh, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  if (some > 3) v128.store(to + stride, i8x16.shuffle(ef, gh, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
}
