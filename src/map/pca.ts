import { createRandom } from '../core/random.ts';

/** Rounds of the iteration: it only has to give a layout to start from. */
const ROUNDS = 12;

/**
 * The rows along the two directions in which they differ most, each direction's sign so that its largest part is positive.
 *
 * Shapes   vectors: rows × dim; result: rows × 2, both columns of mean 0.
 * Ties     equal input, equal output: the start is drawn by a fixed seed.
 * Cost     24 passes of 2 × rows × dim multiply-adds.
 * Source   orthogonal (subspace) iteration, Golub & Van Loan, "Matrix Computations", 8.2.4.
 */
export function principalPlane(vectors: Float32Array, dim: number): Float32Array<ArrayBuffer> {
  const rows = vectors.length / dim;
  const mean = new Float64Array(dim);
  for (let i = 0; i < vectors.length; i++) mean[i % dim]! += vectors[i]! / rows;
  const random = createRandom(1);
  let axes = [0, 1].map(() => Float64Array.from({ length: dim }, () => random.normal()));
  const along = new Float32Array(rows * 2);
  for (let round = 0; ; round++) {
    orthonormalise(axes);
    project(vectors, mean, axes, along);
    if (round === ROUNDS) return along;
    axes = axes.map((_, a) => {
      const next = new Float64Array(dim);
      for (let row = 0; row < rows; row++) {
        const weight = along[row * 2 + a]!;
        for (let d = 0, at = row * dim; d < dim; d++, at++) next[d]! += weight * (vectors[at]! - mean[d]!);
      }
      return next;
    });
  }
}

function project(vectors: Float32Array, mean: Float64Array, axes: readonly Float64Array[], along: Float32Array): void {
  const dim = mean.length;
  for (const [a, axis] of axes.entries()) {
    let offset = 0;
    for (let d = 0; d < dim; d++) offset += mean[d]! * axis[d]!;
    for (let row = 0; row * dim < vectors.length; row++) {
      let sum = -offset;
      for (let d = 0, at = row * dim; d < dim; d++, at++) sum += vectors[at]! * axis[d]!;
      along[row * 2 + a] = sum;
    }
  }
}

/** Gram–Schmidt. What has no length left, where rows do not differ in a second direction, becomes 0. */
function orthonormalise([first, second]: readonly Float64Array[]): void {
  normalise(first!);
  let shared = 0;
  for (let d = 0; d < first!.length; d++) shared += first![d]! * second![d]!;
  for (let d = 0; d < first!.length; d++) second![d]! -= shared * first![d]!;
  normalise(second!);
}

function normalise(axis: Float64Array): void {
  let [square, most] = [0, 0];
  for (const value of axis) {
    square += value * value;
    if (Math.abs(value) > Math.abs(most)) most = value;
  }
  const factor = square < 1e-18 ? 0 : Math.sign(most) / Math.sqrt(square);
  for (let d = 0; d < axis.length; d++) axis[d]! *= factor;
}
