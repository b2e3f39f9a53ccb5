import { addProductTransposed } from './matrix.ts';

/** Queries scored in one product: enough to use each document row often, few enough to keep the block small. */
const BLOCK = 64;

/**
 * The dot product of every query with every document, a query at a time in order.
 *
 * Shapes   queries: n × dim; documents: rows × dim. `visit` gets the query's number and `rows` scores, which are
 *          overwritten after it returns.
 * Cost     n × rows × dim multiply-adds; 64 × rows values of memory.
 */
export function eachQuery(
  queries: Float32Array,
  documents: Float32Array,
  dim: number,
  visit: (query: number, scores: Float32Array) => void,
): void {
  const rows = documents.length / dim;
  const scores = new Float32Array(BLOCK * rows);
  const n = queries.length / dim;
  for (let at = 0; at < n; at += BLOCK) {
    const size = Math.min(BLOCK, n - at);
    scores.fill(0);
    addProductTransposed(scores, queries.subarray(at * dim, (at + size) * dim), documents, size, dim, rows);
    for (let i = 0; i < size; i++) visit(at + i, scores.subarray(i * rows, (i + 1) * rows));
  }
}

/** Rows of a matrix, copied together. */
export function gather<T extends Float32Array>(
  matrix: T,
  rows: ArrayLike<number>,
  columns: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    out.set(matrix.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns);
  }
  return out;
}
