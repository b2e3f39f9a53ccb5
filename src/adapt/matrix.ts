/**
 * The three matrix products of a linear layer and its gradient, each adding to `out`.
 *
 * Shapes   row-major; `n`, `k`, `m` as each docstring says. All three arrays are of one kind (float32 in training,
 *          float64 where gradients are checked).
 * Cost     n·k·m multiply-adds; allocates nothing. Four steps of the summed dimension at a time, so that each value of
 *          `out` is loaded and stored a quarter as often.
 * Order    fixed, so that equal input gives equal bits.
 */
export type Values = Float32Array | Float64Array;

/** out (n × m) += a (n × k) · b (k × m). */
export function addProduct(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const at = i * k + p;
      const [a0, a1, a2, a3] = [a[at]!, a[at + 1]!, a[at + 2]!, a[at + 3]!];
      const [b0, b1, b2, b3] = [p * m, (p + 1) * m, (p + 2) * m, (p + 3) * m];
      for (let j = 0; j < m; j++) {
        out[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
      }
    }
    for (; p < k; p++) {
      const value = a[i * k + p]!;
      for (let j = 0; j < m; j++) out[row + j]! += value * b[p * m + j]!;
    }
  }
}

/** out (n × m) += a (n × k) · bᵀ, with b (m × k): every row of `a` against every row of `b`. */
export function addProductTransposed(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  let j = 0;
  for (; j + 4 <= m; j += 4) {
    const [b0, b1, b2, b3] = [j * k, (j + 1) * k, (j + 2) * k, (j + 3) * k];
    for (let i = 0; i < n; i++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let p = 0, at = i * k; p < k; p++, at++) {
        const value = a[at]!;
        s0 += value * b[b0 + p]!;
        s1 += value * b[b1 + p]!;
        s2 += value * b[b2 + p]!;
        s3 += value * b[b3 + p]!;
      }
      const to = i * m + j;
      out[to]! += s0;
      out[to + 1]! += s1;
      out[to + 2]! += s2;
      out[to + 3]! += s3;
    }
  }
  for (; j < m; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
      out[i * m + j]! += sum;
    }
  }
}

/** out (k × m) += aᵀ · b, with a (n × k) and b (n × m): the gradient of a weight. */
export function addTransposedProduct(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const [a0, a1, a2, a3] = [i * k, (i + 1) * k, (i + 2) * k, (i + 3) * k];
    const [b0, b1, b2, b3] = [i * m, (i + 1) * m, (i + 2) * m, (i + 3) * m];
    for (let p = 0; p < k; p++) {
      const [v0, v1, v2, v3] = [a[a0 + p]!, a[a1 + p]!, a[a2 + p]!, a[a3 + p]!];
      const row = p * m;
      for (let j = 0; j < m; j++) {
        out[row + j]! += v0 * b[b0 + j]! + v1 * b[b1 + j]! + v2 * b[b2 + j]! + v3 * b[b3 + j]!;
      }
    }
  }
  for (; i < n; i++) {
    for (let p = 0; p < k; p++) {
      const value = a[i * k + p]!;
      for (let j = 0; j < m; j++) out[p * m + j]! += value * b[i * m + j]!;
    }
  }
}
