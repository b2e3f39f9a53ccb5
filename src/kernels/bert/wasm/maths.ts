/**
 * e^x for x ≤ 0, to 2 units in the last place; below −87 as for −87.
 *
 * Source   Cephes `expf`: e^x = 2^n · e^r, |r| ≤ ln 2 / 2, and a polynomial of degree 6.
 */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-87));
  // n in the low bits of a float: 1.5 × 2^23 leaves no fraction.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(shifted, i32x4.splat(127 - 0x4b400000)), 23));
}

/**
 * GELU(x) = x/2 · (1 + erf(x/√2)), to 4 · 10⁻⁷ · max(1, |x|).
 *
 * Source   Hendrycks & Gimpel 2016; erf as a quotient of polynomials on [−4, 4], as Eigen and XLA have it.
 */
// @ts-ignore: decorator
@inline
export function gelu(x: v128): v128 {
  const limit = f32x4.splat(4);
  const t = f32x4.pmax(f32x4.pmin(f32x4.mul(x, f32x4.splat(0.70710678)), limit), f32x4.neg(limit));
  const u = f32x4.mul(t, t);
  let p = f32x4.splat(-2.72614225801306e-10);
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(2.77068142495902e-8));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-2.10102402082508e-6));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-5.69250639462346e-5));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-7.34990630326855e-4));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-2.95459980854025e-3));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-1.60960333262415e-2));
  let q = f32x4.splat(-1.45660718464996e-5);
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(-2.13374055278905e-4));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(-1.68282697438203e-3));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(-7.37332916720468e-3));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(-1.42647390514189e-2));
  const erf = f32x4.div(f32x4.mul(t, p), q);
  const half = f32x4.mul(x, f32x4.splat(0.5));
  return f32x4.add(half, f32x4.mul(half, erf));
}
