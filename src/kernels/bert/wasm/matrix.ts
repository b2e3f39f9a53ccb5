// Products of a float32 matrix, quantised as it comes, with one of signed bytes. Integer sums are exact, and all
// float arithmetic is in one fixed order, so that equal input gives equal bits on every machine.
import { activate } from './maths';

/** Inputs that one integer instruction multiplies and adds for each of four outputs. */
const DEPTH: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;
/** Bytes of a code: without relaxed SIMD the products are of 16 bits. */
const CODE_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 2;
/** Of four columns: their sums (i32), scales (f32) and biases (f32). */
const COLUMNS_BYTES: i32 = 48;

/**
 * Lays a matrix of bytes with zero point 128 out as `multiply` reads it: panels of eight outputs; in a panel, for every
 * `DEPTH` inputs, each output's codes for them, signed. Writes each column's sum into `columns`.
 *
 * Shapes   codes: inputs × outputs, row-major, none of them 0; packed: as many bytes; inputs a multiple of 4, outputs of 8.
 */
export function pack(codes: usize, inputs: i32, outputs: i32, packed: usize, columns: usize): void {
  const ones = ASC_FEATURE_RELAXED_SIMD ? i8x16.splat(1) : i16x8.splat(1);
  for (let j = 0; j < outputs; j += 8) {
    let from = codes + j;
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    for (let p = 0; p < inputs; p += DEPTH) {
      const ab = pairs(from, outputs);
      from += 2 * outputs;
      if (ASC_FEATURE_RELAXED_SIMD) {
        const cd = pairs(from, outputs);
        from += 2 * outputs;
        v128.store(packed, i8x16.shuffle(ab, cd, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23));
        v128.store(packed, i8x16.shuffle(ab, cd, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), 16);
      } else {
        v128.store(packed, ab);
      }
      low = addProducts(low, weights(packed, 0), ones);
      high = addProducts(high, weights(packed, 8), ones);
      packed += 8 * DEPTH;
    }
    v128.store(columns, low);
    v128.store(columns + COLUMNS_BYTES, high);
    columns += 2 * COLUMNS_BYTES;
  }
}

/** Eight codes of each of two rows, in turn, signed. */
// @ts-ignore: decorator
@inline
function pairs(from: usize, stride: i32): v128 {
  const a = v128.load64_zero(from);
  const b = v128.load64_zero(from + stride);
  const both = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  return v128.xor(both, i8x16.splat(-128));
}

/** Four outputs' codes for `DEPTH` inputs: the first half of a panel's step, or (`half` 8) the second. */
// @ts-ignore: decorator
@inline
function weights(p: usize, half: i32): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.load(p + 2 * half) : v128.load_ext<i8>(p + half);
}

/** The 7-bit side is 0 … 127 and 2 × 127 × 127 fits 16 bits, so relaxed means exact. */
// @ts-ignore: decorator
@inline
function addProducts(sums: v128, weights: v128, codes: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, codes, sums);
  return i32x4.add(sums, i32x4.dot_i16x8_s(weights, codes));
}

/** 1.5 × 2^23: added to a float, it leaves the nearest integer (ties to even) in the low bits. */
const ROUNDER: f32 = 12582912;
const ROUNDER_BITS: i32 = 0x4b400000;

/**
 * Codes of 7 bits for rows of floats, each with a scale and a zero point of its own: x · smooth ≈ scale × (code − zero).
 * With `isActivated`, of GELU(x) · smooth.
 *
 * Shapes   x: count × width, row-major; smooth and scratch: width; width a multiple of 8.
 *          codes: for every four rows and `DEPTH` columns each row's codes for them; up to three rows behind the last are 0.
 *          rows: scale (f32) and zero (i32) of each row, those up to three too.
 * Source   zero is within the range, as in ONNX's DynamicQuantizeLinear; per row instead of per tensor, in 7 bits instead of 8.
 */
export function quantise(
  x: usize,
  smooth: usize,
  count: i32,
  width: i32,
  isActivated: i32,
  scratch: usize,
  codes: usize,
  rows: usize,
): void {
  const block = (width << 2) * CODE_BYTES;
  const padded = (count + 3) & ~3;
  for (let row = count; row < padded; row++) store<i64>(rows + (row << 3), 0);
  if (padded > count) memory.fill(codes + ((count >> 2) * block), 0, block);
  for (let row = 0; row < count; row++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    let s = smooth;
    let y = scratch;
    if (isActivated) activate(x, width, scratch);
    let from = isActivated ? scratch : x;
    for (const end = from + (width << 2); from < end; from += 32) {
      const a = f32x4.mul(v128.load(from), v128.load(s));
      const b = f32x4.mul(v128.load(from, 16), v128.load(s, 16));
      low = f32x4.pmin(f32x4.pmin(low, a), b);
      high = f32x4.pmax(f32x4.pmax(high, a), b);
      v128.store(y, a);
      v128.store(y, b, 16);
      y += 32;
      s += 32;
    }
    x += width << 2;
    low = f32x4.pmin(low, i8x16.shuffle(low, low, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    high = f32x4.pmax(high, i8x16.shuffle(high, high, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    const least = min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1));
    const range = max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)) - least;
    const inverse: f32 = range > 0 ? 127 / range : 0;
    const zero = reinterpret<i32>(ROUNDER - least * inverse) - ROUNDER_BITS;
    store<f32>(rows + (row << 3), range / 127);
    store<i32>(rows + (row << 3), zero, 4);

    const factor = f32x4.splat(inverse);
    const shift = i32x4.splat(zero - ROUNDER_BITS);
    let to = codes + (row >> 2) * block + (row & 3) * (DEPTH * CODE_BYTES);
    for (let y = scratch, end = scratch + (width << 2); y < end; y += 32) {
      const a = i32x4.add(f32x4.add(f32x4.mul(v128.load(y), factor), f32x4.splat(ROUNDER)), shift);
      const b = i32x4.add(f32x4.add(f32x4.mul(v128.load(y, 16), factor), f32x4.splat(ROUNDER)), shift);
      const wide = i16x8.max_s(i16x8.min_s(i16x8.narrow_i32x4_s(a, b), i16x8.splat(127)), i16x8.splat(0));
      if (ASC_FEATURE_RELAXED_SIMD) {
        const bytes = i8x16.narrow_i16x8_s(wide, wide);
        v128.store_lane<i32>(to, bytes, 0);
        v128.store_lane<i32>(to, bytes, 1, 16);
        to += 32;
      } else {
        v128.store_lane<i32>(to, wide, 0);
        v128.store_lane<i32>(to, wide, 1, 16);
        v128.store_lane<i32>(to, wide, 2, 32);
        v128.store_lane<i32>(to, wide, 3, 48);
        to += 64;
      }
    }
  }
}

/**
 * out = the product of quantised rows and a packed matrix, plus the biases: for each row and column
 * (scale_row × scale_column) × (Σ code × weight − zero_row × sum_column) + bias.
 *
 * Shapes   codes, rows: as `quantise` writes them, count a multiple of 4; packed, columns: as `pack` writes them, with
 *          scales and biases; out: count rows of outputs floats, `stride` bytes apart. inputs a multiple of 4, outputs of 8.
 * Cost     count × inputs × outputs multiply-adds, with relaxed SIMD sixteen of them an instruction, else eight in two.
 */
export function multiply(
  out: usize,
  stride: i32,
  codes: usize,
  rows: usize,
  count: i32,
  packed: usize,
  columns: usize,
  inputs: i32,
  outputs: i32,
): void {
  const panel = inputs << 3;
  // A panel stays in the nearest cache while all rows pass by it; four rows by eight columns fit the registers.
  for (let j = 0; j < outputs; j += 8) {
    let x = codes;
    let to = out + (j << 2);
    for (let row = rows, end = rows + (count << 3); row < end; row += 32) {
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let b0 = i32x4.splat(0);
      let b1 = i32x4.splat(0);
      let c0 = i32x4.splat(0);
      let c1 = i32x4.splat(0);
      let d0 = i32x4.splat(0);
      let d1 = i32x4.splat(0);
      for (let w = packed, end = packed + panel; w < end; w += 8 * DEPTH) {
        const w0 = weights(w, 0);
        const w1 = weights(w, 8);
        let code = v128.load32_splat(x);
        a0 = addProducts(a0, w0, code);
        a1 = addProducts(a1, w1, code);
        code = v128.load32_splat(x, 4);
        b0 = addProducts(b0, w0, code);
        b1 = addProducts(b1, w1, code);
        code = v128.load32_splat(x, 8);
        c0 = addProducts(c0, w0, code);
        c1 = addProducts(c1, w1, code);
        code = v128.load32_splat(x, 12);
        d0 = addProducts(d0, w0, code);
        d1 = addProducts(d1, w1, code);
        x += 16;
      }
      storeRow(to, row, columns, a0, a1);
      to += stride;
      storeRow(to, row + 8, columns, b0, b1);
      to += stride;
      storeRow(to, row + 16, columns, c0, c1);
      to += stride;
      storeRow(to, row + 24, columns, d0, d1);
      to += stride;
    }
    packed += panel;
    columns += 2 * COLUMNS_BYTES;
  }
}

// @ts-ignore: decorator
@inline
function storeRow(to: usize, row: usize, columns: usize, low: v128, high: v128): void {
  const scale = v128.load32_splat(row);
  const zero = v128.load32_splat(row, 4);
  v128.store(to, dequantised(low, scale, zero, columns));
  v128.store(to, dequantised(high, scale, zero, columns + COLUMNS_BYTES), 16);
}

// @ts-ignore: decorator
@inline
function dequantised(sums: v128, scale: v128, zero: v128, columns: usize): v128 {
  const exact = i32x4.sub(sums, i32x4.mul(zero, v128.load(columns)));
  const scales = f32x4.mul(scale, v128.load(columns, 16));
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(exact), scales), v128.load(columns, 32));
}
