import { LinearMemory } from '../kernels/memory.ts';
import { plainKernels } from '../kernels/plain.ts';
import { foldQuery, GROUP, inverseOf, type Quantiser } from '../kernels/quantise.ts';
import { damaged } from './format.ts';

/** Levels of a dimension: 4 bits. */
export const TOP_LEVEL = 15;

const paddedOf = (dim: number) => Math.ceil(dim / GROUP) * GROUP;
const rowBytes = (dim: number) => paddedOf(dim) / 2;

/**
 * Body of a cell shard: its rows in order, each `padded / 2` bytes as `packInt4` of src/kernels lays them out, and
 * nothing else. How many rows there are and what a level means stands in the lane's map.
 *
 * Shapes   vectors: rows × dim, row-major.
 */
export function encodeCell(vectors: Float32Array, dim: number, { low, step }: Quantiser): Uint8Array<ArrayBuffer> {
  const rows = vectors.length / dim;
  const padded = paddedOf(dim);
  const memory = new LinearMemory('array-buffer');
  const [from, lows, inverses, packed] = [rows * padded * 4, padded * 4, padded * 4, rows * rowBytes(dim)].map((n) =>
    memory.allocate(n),
  ) as [number, number, number, number];
  const { f32, u8 } = memory.views;
  for (let row = 0; row < rows; row++) f32.set(vectors.subarray(row * dim, (row + 1) * dim), from / 4 + row * padded);
  f32.set(low, lows / 4);
  f32.set(inverseOf(step), inverses / 4);
  plainKernels(memory).packInt4(from, rows, padded / GROUP, lows, inverses, packed);
  return u8.slice(packed, packed + rows * rowBytes(dim)) as Uint8Array<ArrayBuffer>;
}

/** Vectors of one cell, ready to be compared with queries. */
export interface Cell {
  readonly rows: number;
  /** The cosine of each row with `query` (dim values, of length 1), but for the rounding to 4 bits. */
  score(query: Float32Array): Float32Array;
}

/** @throws EngineError `block-corrupt` unless the body is `rows` rows. (Any level is a level: there is no more to check.) */
export function decodeCell(
  body: Uint8Array<ArrayBuffer>,
  number: number,
  { rows, dim, quantiser }: { readonly rows: number; readonly dim: number; readonly quantiser: Quantiser },
): Cell {
  const bytes = rows * rowBytes(dim);
  if (body.length !== bytes) throw damaged('cell', number, `expected ${bytes} bytes, got ${body.length}`);
  const padded = paddedOf(dim);
  const memory = new LinearMemory('array-buffer');
  const kernels = plainKernels(memory);
  const [levels, folded, prepared, present, scores] = [
    bytes,
    padded,
    padded * 2,
    Math.ceil(rows / 8) + 8,
    rows * 4,
  ].map((n) => memory.allocate(n)) as [number, number, number, number, number];
  memory.views.u8.set(body, levels);
  memory.views.u8.fill(255, present, present + Math.ceil(rows / 8));
  return {
    rows,
    score(query) {
      const { i8, f32 } = memory.views;
      const { scale, base } = foldQuery(query, quantiser, i8.subarray(folded, folded + padded));
      kernels.prepareInt4(folded, padded / GROUP, prepared);
      kernels.scanInt4(prepared, levels, rows, padded / GROUP, present, scale, base, scores);
      return f32.slice(scores / 4, scores / 4 + rows);
    },
  };
}
