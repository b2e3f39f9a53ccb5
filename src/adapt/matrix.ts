import { createProducts, type Products } from '../kernels/products.ts';

/**
 * The three matrix products of a linear layer and its gradient, each adding to `out`.
 *
 * Shapes   row-major; `n`, `k`, `m` as each docstring says. All three arrays are of one kind: float32 in training, by
 *          the kernels; float64 where gradients are checked, by plain loops.
 * Cost     n·k·m multiply-adds.
 * Order    fixed, so that equal input gives equal bits.
 */
export type Values = Float32Array | Float64Array;

/** out (n × m) += a (n × k) · b (k × m). */
export function addProduct(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  if (areFloat32(out, a, b)) {
    products().add(out as Float32Array, a as Float32Array, b as Float32Array, n, k, m);
    return;
  }
  for (let i = 0; i < n; i++) for (let p = 0; p < k; p++) addRow(out, i * m, a[i * k + p]!, b, p * m, m);
}

/** out (n × m) += a (n × k) · bᵀ, with b (m × k): every row of `a` against every row of `b`. */
export function addProductTransposed(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  if (areFloat32(out, a, b)) {
    products().addTransposedRight(out as Float32Array, a as Float32Array, b as Float32Array, n, k, m);
    return;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
      out[i * m + j]! += sum;
    }
  }
}

/** out (k × m) += aᵀ · b, with a (n × k) and b (n × m): the gradient of a weight. */
export function addTransposedProduct(out: Values, a: Values, b: Values, n: number, k: number, m: number): void {
  if (areFloat32(out, a, b)) {
    products().addTransposedLeft(out as Float32Array, a as Float32Array, b as Float32Array, k, n, m);
    return;
  }
  for (let i = 0; i < n; i++) for (let p = 0; p < k; p++) addRow(out, p * m, a[i * k + p]!, b, i * m, m);
}

function addRow(out: Values, to: number, factor: number, b: Values, row: number, m: number): void {
  for (let j = 0; j < m; j++) out[to + j]! += factor * b[row + j]!;
}

const areFloat32 = (...arrays: readonly Values[]) => arrays.every((array) => array instanceof Float32Array);

let shared: Products | undefined;
/** One set of kernels a thread. */
function products(): Products {
  shared ??= createProducts();
  return shared;
}
