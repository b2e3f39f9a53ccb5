// Float32 rows to 4-bit and 7-bit rows: value = clamp(trunc((x - low) × inverse + ½)), each dimension with its own.

/** `count` rows of `groups` × 128 dimensions to rows of `groups` × 64 bytes, laid out as ./int4.ts says. */
export function packInt4(rows: usize, count: i32, groups: i32, low: usize, inverse: usize, packed: usize): void {
  const blocks = groups << 2;
  for (let row = 0; row < count; row++) {
    for (let block = 0; block < blocks; block++) {
      const dimension = block << 7;
      const lower = sixteen(rows, low + dimension, inverse + dimension, 15);
      const upper = sixteen(rows + 64, low + dimension + 64, inverse + dimension + 64, 15);
      v128.store(packed, v128.or(lower, i16x8.shl(upper, 4)));
      rows += 128;
      packed += 16;
    }
  }
}

/** `count` rows of `groups` × 128 dimensions to rows of as many bytes, each 0 … 127. */
export function packInt8(rows: usize, count: i32, groups: i32, low: usize, inverse: usize, packed: usize): void {
  const blocks = groups << 3;
  for (let row = 0; row < count; row++) {
    for (let block = 0; block < blocks; block++) {
      v128.store(packed, sixteen(rows, low + (block << 6), inverse + (block << 6), 127));
      rows += 64;
      packed += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function sixteen(x: usize, low: usize, inverse: usize, top: f32): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(four(x, low, inverse, top), four(x + 16, low + 16, inverse + 16, top)),
    i16x8.narrow_i32x4_s(four(x + 32, low + 32, inverse + 32, top), four(x + 48, low + 48, inverse + 48, top)),
  );
}

// @ts-ignore: decorator
@inline
function four(x: usize, low: usize, inverse: usize, top: f32): v128 {
  const scaled = f32x4.mul(f32x4.sub(v128.load(x), v128.load(low)), v128.load(inverse));
  const rounded = f32x4.add(scaled, f32x4.splat(0.5));
  return i32x4.trunc_sat_f32x4_s(f32x4.min(f32x4.max(rounded, f32x4.splat(0)), f32x4.splat(top)));
}
