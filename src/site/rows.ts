import { rowsOf } from './map.ts';

/** Rows in another order: row `i` of the result is row `order[i]`. */
export function gather(vectors: Float32Array, order: readonly number[], dim: number): Float32Array {
  const gathered = new Float32Array(vectors.length);
  for (const [to, from] of order.entries()) gathered.set(vectors.subarray(from * dim, (from + 1) * dim), to * dim);
  return gathered;
}

/** Columns `from` to `to` of a matrix of `dim` columns. */
export function columns(matrix: Float32Array, dim: number, from: number, to: number): Float32Array {
  const rows = matrix.length / dim;
  const cut = new Float32Array(rows * (to - from));
  for (let row = 0; row < rows; row++) cut.set(matrix.subarray(row * dim + from, row * dim + to), row * (to - from));
  return cut;
}

/** The mean of each cell's rows. @param starts first row of each cell. */
export function centresOf(rows: Float32Array, dim: number, starts: readonly number[]): Float32Array {
  const centres = new Float32Array(starts.length * dim);
  for (const cell of starts.keys()) {
    const [start, end] = rowsOf(starts, cell, rows.length / dim);
    for (let row = start; row < end; row++) {
      for (let i = 0; i < dim; i++) centres[cell * dim + i]! += rows[row * dim + i]! / (end - start);
    }
  }
  return centres;
}

/** Root mean square of what the rows differ by in a dimension. */
export function spread(rows: Float32Array, dim: number): number {
  const count = rows.length / dim;
  let squares = 0;
  for (let i = 0; i < dim; i++) {
    let [sum, square] = [0, 0];
    for (let at = i; at < rows.length; at += dim) {
      sum += rows[at]!;
      square += rows[at]! ** 2;
    }
    squares += square / count - (sum / count) ** 2;
  }
  return Math.sqrt(Math.max(1e-12, squares / dim));
}
