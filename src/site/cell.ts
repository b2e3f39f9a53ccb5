import { damaged, type ShardKind } from './format.ts';

/** A level is a signed byte. */
const MOST = 127;

/** What a level of a cell's rows means. */
export interface CellContext {
  readonly dim: number;
  /** dim: the mean of the cell's rows, as the reader has it. */
  readonly centre: Float32Array;
  /** One for all dimensions: value ≈ centre + step × level. */
  readonly step: number;
}

/**
 * A cell's rows in some of their dimensions: for each dimension the levels of all rows as signed bytes, and nothing
 * else. How many rows there are and what a level means stands in the lane's map.
 *
 * Rows are rotated (`rotate.ts`), so most levels of late dimensions are 0 and DEFLATE makes little of them. One step for all
 * dimensions loses least for the bytes it costs.
 *
 * Shapes   vectors: rows × dim, row-major.
 */
export function encodeCell(vectors: Float32Array, { dim, centre, step }: CellContext): Uint8Array<ArrayBuffer> {
  const rows = vectors.length / dim;
  const levels = new Int8Array(vectors.length);
  for (let i = 0; i < dim; i++) {
    for (let row = 0; row < rows; row++) {
      const level = Math.round((vectors[row * dim + i]! - centre[i]!) / step);
      levels[i * rows + row] = Math.max(-MOST, Math.min(MOST, level));
    }
  }
  return new Uint8Array(levels.buffer);
}

/** Vectors of one cell, ready to be compared with queries: its passages', then its known questions'. */
export interface Cell {
  readonly rows: number;
  /** The dot product of each row with `query` (dim values), but for the rounding to levels. Cost: rows × dim multiply-adds. */
  score(query: Float32Array): Float32Array;
  /** Adds `weight` × row to `sum` (dim values). */
  addRow(row: number, weight: number, sum: Float32Array): void;
}

/** @throws EngineError `block-corrupt` unless the body is `rows` rows. (Any level is a level: there is no more to check.) */
export function decodeCell(
  body: Uint8Array<ArrayBuffer>,
  number: number,
  { rows, dim, centre, step }: CellContext & { readonly rows: number },
  kind: ShardKind = 'cell',
): Cell {
  if (body.length !== rows * dim) throw damaged(kind, number, `expected ${rows * dim} bytes, got ${body.length}`);
  const levels = new Int8Array(body.buffer, body.byteOffset, body.length);
  return {
    rows,
    score(query) {
      const scores = new Float32Array(rows);
      let middle = 0;
      for (let i = 0; i < dim; i++) {
        const weight = query[i]! * step;
        middle += query[i]! * centre[i]!;
        if (weight === 0) continue;
        const from = i * rows;
        for (let row = 0; row < rows; row++) scores[row]! += weight * levels[from + row]!;
      }
      for (let row = 0; row < rows; row++) scores[row]! += middle;
      return scores;
    },
    addRow(row, weight, sum) {
      for (let i = 0; i < dim; i++) sum[i]! += weight * (centre[i]! + step * levels[i * rows + row]!);
    },
  };
}

/** The same rows in the first `headDim` dimensions and in those after them, as one. */
export const joinCells = (head: Cell, tail: Cell, headDim: number): Cell => ({
  rows: head.rows,
  score(query) {
    const scores = head.score(query);
    const rest = tail.score(query.subarray(headDim));
    for (let row = 0; row < scores.length; row++) scores[row]! += rest[row]!;
    return scores;
  },
  addRow(row, weight, sum) {
    head.addRow(row, weight, sum);
    tail.addRow(row, weight, sum.subarray(headDim));
  },
});
