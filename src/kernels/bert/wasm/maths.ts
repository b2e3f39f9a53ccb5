// Functions of float32 values, for whole rows: their constants stay in registers or on the stack for a row's length.

/**
 * Values to e^(value − largest), in place: vectors 32 bytes apart, from `at` up to `end`; returns their sum. To 2 units in
 * the last place; below −87 as for −87.
 *
 * Source   Cephes `expf`: e^x = 2^n · e^r, |r| ≤ ln 2 / 2, and a polynomial of degree 6.
 */
export function exponentials(at: usize, end: usize, largest: v128, tokens: i32): v128 {
  const least = held(-87, tokens);
  const perOctave = held(1.44269504, tokens);
  // n in the low bits of a float: 1.5 × 2^23 leaves no fraction.
  const rounder = held(12582912, tokens);
  const octave = held(0.693359375, tokens);
  const rest = held(2.12194440e-4, tokens);
  const c6 = held(1.9875691500e-4, tokens);
  const c5 = held(1.3981999507e-3, tokens);
  const c4 = held(8.3334519073e-3, tokens);
  const c3 = held(4.1665795894e-2, tokens);
  const c2 = held(1.6666665459e-1, tokens);
  const c1 = held(5.0000001201e-1, tokens);
  const one = held(1, tokens);
  const exponent = i32x4.splat(127 - 0x4b400000 + (tokens >>> 31));
  let sum = f32x4.splat(0);
  for (; at < end; at += 32) {
    const x = f32x4.pmax(f32x4.sub(v128.load(at), largest), least);
    const shifted = f32x4.add(f32x4.mul(x, perOctave), rounder);
    const n = f32x4.sub(shifted, rounder);
    let r = f32x4.sub(x, f32x4.mul(n, octave));
    r = f32x4.add(r, f32x4.mul(n, rest));
    let p = f32x4.add(f32x4.mul(c6, r), c5);
    p = f32x4.add(f32x4.mul(p, r), c4);
    p = f32x4.add(f32x4.mul(p, r), c3);
    p = f32x4.add(f32x4.mul(p, r), c2);
    p = f32x4.add(f32x4.mul(p, r), c1);
    p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), one);
    const power = f32x4.mul(p, i32x4.shl(i32x4.add(shifted, exponent), 23));
    v128.store(at, power);
    sum = f32x4.add(sum, power);
  }
  return sum;
}

/**
 * y = GELU(x) = x/2 · (1 + erf(x/√2)) for `width` values (a multiple of four), to 4 · 10⁻⁷ · max(1, |x|).
 *
 * Source   Hendrycks & Gimpel 2016; erf as a quotient of polynomials on [−4, 4], as Eigen and XLA have it.
 */
export function activate(x: usize, width: i32, y: usize): void {
  const most = held(4, width);
  const least = held(-4, width);
  const half = held(0.5, width);
  const root = held(0.70710678, width);
  const p6 = held(-2.72614225801306e-10, width);
  const p5 = held(2.77068142495902e-8, width);
  const p4 = held(-2.10102402082508e-6, width);
  const p3 = held(-5.69250639462346e-5, width);
  const p2 = held(-7.34990630326855e-4, width);
  const p1 = held(-2.95459980854025e-3, width);
  const p0 = held(-1.60960333262415e-2, width);
  const q4 = held(-1.45660718464996e-5, width);
  const q3 = held(-2.13374055278905e-4, width);
  const q2 = held(-1.68282697438203e-3, width);
  const q1 = held(-7.37332916720468e-3, width);
  const q0 = held(-1.42647390514189e-2, width);
  for (const end = x + (<usize>width << 2); x < end; x += 16) {
    const value = v128.load(x);
    const t = f32x4.pmax(f32x4.pmin(f32x4.mul(value, root), most), least);
    const u = f32x4.mul(t, t);
    let p = f32x4.add(f32x4.mul(p6, u), p5);
    p = f32x4.add(f32x4.mul(p, u), p4);
    p = f32x4.add(f32x4.mul(p, u), p3);
    p = f32x4.add(f32x4.mul(p, u), p2);
    p = f32x4.add(f32x4.mul(p, u), p1);
    p = f32x4.add(f32x4.mul(p, u), p0);
    let q = f32x4.add(f32x4.mul(q4, u), q3);
    q = f32x4.add(f32x4.mul(q, u), q2);
    q = f32x4.add(f32x4.mul(q, u), q1);
    q = f32x4.add(f32x4.mul(q, u), q0);
    const erf = f32x4.div(f32x4.mul(t, p), q);
    const part = f32x4.mul(value, half);
    v128.store(y, f32x4.add(part, f32x4.mul(part, erf)));
    y += 16;
  }
}

/**
 * A constant in four lanes. `count` is any number from 0, which a compiler can't know: V8 makes a constant anew wherever
 * it is used, in three instructions, and what it can't know only once.
 */
// @ts-ignore: decorator
@inline
function held(value: f32, count: i32): v128 {
  return f32x4.splat(value + <f32>(count >>> 31));
}
