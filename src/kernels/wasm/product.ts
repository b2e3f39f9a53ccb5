// Matrix products of float32, row-major. Every value of the result is one running sum in a fixed order (four where the
// inner side is contiguous in both), so that equal input gives equal bits on every machine.

/**
 * out (n × m) += a · b, with b (k × m) row-major and a's value (i, p) at address a + i·`row` + p·`inner`: so a may lie
 * transposed. n is a multiple of 4, m of 8. `scratch` takes (n + 8) · k values.
 */
export function multiply(
  out: usize,
  a: usize,
  row: i32,
  inner: i32,
  b: usize,
  n: i32,
  k: i32,
  m: i32,
  scratch: usize,
): void {
  // Both sides are copied into the order in which they are read: strides of a power of two would fall on a few cache sets.
  const panel = scratch + ((n * k) << 2);
  let to = scratch;
  for (let i = 0; i < n; i += 4) {
    for (let p = 0; p < k; p++) {
      const from = a + i * row + p * inner;
      store<f32>(to, load<f32>(from));
      store<f32>(to + 4, load<f32>(from + row));
      store<f32>(to + 8, load<f32>(from + 2 * row));
      store<f32>(to + 12, load<f32>(from + 3 * row));
      to += 16;
    }
  }
  const stride = m << 2;
  for (let j = 0; j < m; j += 8) {
    let from = b + (j << 2);
    to = panel;
    for (let p = 0; p < k; p++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += stride;
      to += 32;
    }
    for (let i = 0; i < n; i += 4) addBlock(out + i * stride + (j << 2), stride, scratch + ((i * k) << 2), panel, k);
  }
}

// @ts-ignore: decorator
@inline
function addBlock(out: usize, stride: i32, four: usize, panel: usize, k: i32): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (const end = panel + (k << 5); panel < end; panel += 32) {
    const x = v128.load(panel);
    const y = v128.load(panel, 16);
    let value = v128.load32_splat(four);
    a0 = f32x4.add(a0, f32x4.mul(value, x));
    a1 = f32x4.add(a1, f32x4.mul(value, y));
    value = v128.load32_splat(four, 4);
    b0 = f32x4.add(b0, f32x4.mul(value, x));
    b1 = f32x4.add(b1, f32x4.mul(value, y));
    value = v128.load32_splat(four, 8);
    c0 = f32x4.add(c0, f32x4.mul(value, x));
    c1 = f32x4.add(c1, f32x4.mul(value, y));
    value = v128.load32_splat(four, 12);
    d0 = f32x4.add(d0, f32x4.mul(value, x));
    d1 = f32x4.add(d1, f32x4.mul(value, y));
    four += 16;
  }
  addTo(out, a0, a1);
  addTo(out + stride, b0, b1);
  addTo(out + 2 * stride, c0, c1);
  addTo(out + 3 * stride, d0, d1);
}

// @ts-ignore: decorator
@inline
function addTo(out: usize, low: v128, high: v128): void {
  v128.store(out, f32x4.add(v128.load(out), low));
  v128.store(out, f32x4.add(v128.load(out, 16), high), 16);
}

/** out (n × m) += a (n × k) · bᵀ, with b (m × k). n is a multiple of 2, m and k of 4. */
export function multiplyTransposed(out: usize, a: usize, b: usize, n: i32, k: i32, m: i32): void {
  const bytes = k << 2;
  for (let j = 0; j < m; j += 4) {
    const right = b + j * bytes;
    let at = out + (j << 2);
    for (let i = 0; i < n; i += 2) {
      let p = a + i * bytes;
      let q = right;
      let s0 = f32x4.splat(0);
      let s1 = f32x4.splat(0);
      let s2 = f32x4.splat(0);
      let s3 = f32x4.splat(0);
      let t0 = f32x4.splat(0);
      let t1 = f32x4.splat(0);
      let t2 = f32x4.splat(0);
      let t3 = f32x4.splat(0);
      for (const end = p + bytes; p < end; p += 16) {
        const x = v128.load(p);
        const y = v128.load(p + bytes);
        const b0 = v128.load(q);
        const b1 = v128.load(q + bytes);
        const b2 = v128.load(q + 2 * bytes);
        const b3 = v128.load(q + 3 * bytes);
        s0 = f32x4.add(s0, f32x4.mul(x, b0));
        t0 = f32x4.add(t0, f32x4.mul(y, b0));
        s1 = f32x4.add(s1, f32x4.mul(x, b1));
        t1 = f32x4.add(t1, f32x4.mul(y, b1));
        s2 = f32x4.add(s2, f32x4.mul(x, b2));
        t2 = f32x4.add(t2, f32x4.mul(y, b2));
        s3 = f32x4.add(s3, f32x4.mul(x, b3));
        t3 = f32x4.add(t3, f32x4.mul(y, b3));
        q += 16;
      }
      v128.store(at, f32x4.add(v128.load(at), totals(s0, s1, s2, s3)));
      at += m << 2;
      v128.store(at, f32x4.add(v128.load(at), totals(t0, t1, t2, t3)));
      at += m << 2;
    }
  }
}

/** The sums of four vectors of four: (0 + 2) + (1 + 3) of each. */
// @ts-ignore: decorator
@inline
function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(low(a, b), high(a, b));
  const cd = f32x4.add(low(c, d), high(c, d));
  return f32x4.add(
    i8x16.shuffle(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
    i8x16.shuffle(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31),
  );
}

/** The first two of each. */
// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** The last two of each. */
// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
