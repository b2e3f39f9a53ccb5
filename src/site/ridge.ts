/** Examples as sparse rows: example `i` has the features `columns[offsets[i] … offsets[i + 1])`, with the `weights` beside them. */
export interface SparseRows {
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
}

export interface RidgeOptions {
  /** Strength of the pull towards zero, in examples: a feature seen in so many examples is pulled half-way. */
  readonly lambda: number;
  /** Steps of conjugate gradients; the residual shrinks by about a third with each. */
  readonly steps: number;
  /** Called after each step. */
  readonly onStep?: (step: number) => void;
}

/**
 * The matrix W that minimises |X W − Y|² + λ |W|²: ridge regression by conjugate gradients on the normal equations.
 *
 * Shapes   X: examples × features, sparse; Y: examples × dim; W: features × dim, all row-major.
 * Cost     steps × 2 × entries of X × dim multiply-adds, and four matrices of W's size; X'X is never formed. Each of
 *          the `dim` columns has step lengths of its own, but all go through the loops together.
 * Source   Hestenes & Stiefel 1952 (the method); Björck 1996, algorithm 7.4.1 (CGLS).
 */
export function ridge(x: SparseRows, y: Float32Array, features: number, dim: number, options: RidgeOptions) {
  const { lambda, steps, onStep } = options;
  const solution = new Float32Array(features * dim);
  const residual = y.slice();
  const gradient = transposed(x, residual, features, dim);
  const direction = gradient.slice();
  let size = columnSquares(gradient, dim);
  // A column whose gradient is down to rounding noise is solved; going on would divide noise by noise. (1e-60: squares
  // of what a Float32 can hardly hold.)
  const noise = size.map((value) => Math.max(value * 1e-12, 1e-60));

  for (let step = 0; step < steps; step++) {
    const image = product(x, direction, dim);
    const curvature = columnSquares(image, dim);
    const pull = columnSquares(direction, dim);
    const length = size.map((value, c) => (value > noise[c]! ? value / (curvature[c]! + lambda * pull[c]!) : 0));
    addScaled(solution, direction, length, 1);
    addScaled(residual, image, length, -1);
    const next = transposed(x, residual, features, dim);
    for (let i = 0; i < next.length; i++) next[i]! -= lambda * solution[i]!;
    const nextSize = columnSquares(next, dim);
    const keep = nextSize.map((value, c) => (size[c]! > noise[c]! ? value / size[c]! : 0));
    for (let at = 0; at < next.length; at += dim) {
      for (let c = 0; c < dim; c++) direction[at + c] = next[at + c]! + keep[c]! * direction[at + c]!;
    }
    size = nextSize;
    onStep?.(step + 1);
  }
  return solution;
}

/** X · matrix: examples × dim. */
export function product({ offsets, columns, weights }: SparseRows, matrix: Float32Array, dim: number): Float32Array {
  const rows = offsets.length - 1;
  const result = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    const to = row * dim;
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      const weight = weights[i]!;
      const from = columns[i]! * dim;
      for (let c = 0; c < dim; c++) result[to + c]! += weight * matrix[from + c]!;
    }
  }
  return result;
}

/** X' · matrix: features × dim. */
function transposed({ offsets, columns, weights }: SparseRows, matrix: Float32Array, features: number, dim: number) {
  const result = new Float32Array(features * dim);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const from = row * dim;
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      const weight = weights[i]!;
      const to = columns[i]! * dim;
      for (let c = 0; c < dim; c++) result[to + c]! += weight * matrix[from + c]!;
    }
  }
  return result;
}

function columnSquares(matrix: Float32Array, dim: number): Float64Array {
  const sums = new Float64Array(dim);
  for (let at = 0; at < matrix.length; at += dim) for (let c = 0; c < dim; c++) sums[c]! += matrix[at + c]! ** 2;
  return sums;
}

function addScaled(to: Float32Array, from: Float32Array, scale: Float64Array, sign: number): void {
  const dim = scale.length;
  for (let at = 0; at < to.length; at += dim)
    for (let c = 0; c < dim; c++) to[at + c]! += sign * scale[c]! * from[at + c]!;
}
