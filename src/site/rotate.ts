import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * Directions to turn vectors into, so that what the rows differ in comes first: the eigenvectors of their covariance,
 * by falling eigenvalue. A rotation keeps every cosine; but late dimensions then hardly vary, so that with one step for
 * all they need few levels, and a vector that knows little can leave them out.
 *
 * Shapes   vectors: rows × dim; result: dim × dim, row-major, each row a direction of length 1.
 * Ties     a direction's sign is the one that makes its largest value positive: equal rows, equal result.
 * Cost     rows × dim² ÷ 2 multiply-adds, and an eigenvalue decomposition (about a second for 384 dimensions).
 * Source   Karhunen–Loève transform, as in transform coding (Jayant & Noll 1984, chapter 12).
 */
export function principalAxes(vectors: Float32Array, dim: number): Float32Array {
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(covariance(vectors, dim), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]! || a - b);
  const axes = new Float32Array(dim * dim);
  for (const [to, from] of order.entries()) {
    const axis = eigenvectorMatrix.getColumn(from);
    const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    axes.set(largest < 0 ? axis.map((value) => -value) : axis, to * dim);
  }
  return axes;
}

function covariance(vectors: Float32Array, dim: number): Matrix {
  const rows = vectors.length / dim;
  const mean = new Float64Array(dim);
  for (let at = 0; at < vectors.length; at += dim) for (let i = 0; i < dim; i++) mean[i]! += vectors[at + i]! / rows;
  const sums = Array.from({ length: dim }, () => new Float64Array(dim));
  const centred = new Float64Array(dim);
  for (let at = 0; at < vectors.length; at += dim) {
    for (let i = 0; i < dim; i++) centred[i] = vectors[at + i]! - mean[i]!;
    for (let i = 0; i < dim; i++) {
      const value = centred[i]! / rows;
      const sum = sums[i]!;
      for (let j = i; j < dim; j++) sum[j]! += value * centred[j]!;
    }
  }
  const matrix = Matrix.zeros(dim, dim);
  for (let i = 0; i < dim; i++) {
    for (let j = i; j < dim; j++) {
      matrix.set(i, j, sums[i]![j]!);
      matrix.set(j, i, sums[i]![j]!);
    }
  }
  return matrix;
}
