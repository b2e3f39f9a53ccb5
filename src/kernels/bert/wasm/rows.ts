/**
 * out = rows `ids` of a table of signed bytes with one scale a row.
 *
 * Shapes   codes: … × width, scales: … floats; ids: count i32, each within the table (the caller's promise);
 *          out: count × width, width a multiple of 8.
 */
export function lookUp(codes: usize, scales: usize, ids: usize, count: i32, width: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    const id = load<i32>(ids + (i << 2));
    const scale = v128.load32_splat(scales + (<usize>id << 2));
    let from = codes + <usize>id * width;
    for (const end = from + width; from < end; from += 8) {
      const wide = v128.load_ext<i8>(from);
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(wide)), scale));
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(wide)), scale), 16);
      out += 32;
    }
  }
}

/** BERT's: added to the variance, which is hardly ever so small. */
const EPSILON: f32 = 1e-12;

/**
 * out = (z − mean z) / √(var z + 10⁻¹²) × gamma + beta for each row of z = x + y. `out` may be `x` or `y`.
 *
 * Shapes   x, y, out: count × width, row-major; gamma, beta: width, a multiple of 8.
 * Source   Ba, Kiros & Hinton 2016, "Layer Normalization".
 */
export function addNorm(out: usize, x: usize, y: usize, gamma: usize, beta: usize, count: i32, width: i32): void {
  const bytes = width << 2;
  for (let i = 0; i < count; i++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    for (let p = 0; p < bytes; p += 32) {
      const a = f32x4.add(v128.load(x + p), v128.load(y + p));
      const b = f32x4.add(v128.load(x + p, 16), v128.load(y + p, 16));
      v128.store(out + p, a);
      v128.store(out + p, b, 16);
      low = f32x4.add(low, a);
      high = f32x4.add(high, b);
    }
    const mean = f32x4.splat(total(low, high) / <f32>width);
    low = f32x4.splat(0);
    high = f32x4.splat(0);
    for (let p = 0; p < bytes; p += 32) {
      const a = f32x4.sub(v128.load(out + p), mean);
      const b = f32x4.sub(v128.load(out + p, 16), mean);
      low = f32x4.add(low, f32x4.mul(a, a));
      high = f32x4.add(high, f32x4.mul(b, b));
    }
    const inverse = f32x4.splat(<f32>1 / sqrt<f32>(total(low, high) / <f32>width + EPSILON));
    for (let p = 0; p < bytes; p += 16) {
      const scaled = f32x4.mul(f32x4.sub(v128.load(out + p), mean), inverse);
      v128.store(out + p, f32x4.add(f32x4.mul(scaled, v128.load(gamma + p)), v128.load(beta + p)));
    }
    x += bytes;
    y += bytes;
    out += bytes;
  }
}

// @ts-ignore: decorator
@inline
function total(low: v128, high: v128): f32 {
  const sums = f32x4.add(low, high);
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 2) +
    (f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 3))
  );
}
