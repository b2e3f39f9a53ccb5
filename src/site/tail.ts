import { concat } from './bytes.ts';
import { type Cell, decodeCell, encodeCell } from './cell.ts';
import { damaged } from './format.ts';

/** One cell of a tail shard. */
export interface TailCell {
  readonly rows: number;
  /** The cell's centre in the dimensions of the tail. */
  readonly centre: Float32Array;
}

/** What the levels of a tail shard mean. */
export interface TailContext {
  /** Dimensions after the lane's first `headDim`. */
  readonly dim: number;
  readonly step: number;
}

/**
 * Body of a tail shard: the cells of a range one after another, each as a cell shard is (`cell.ts`), in the dimensions
 * that those leave out. Only who has loaded the full model wants them, so a few large files do.
 *
 * @param vectors of each cell: rows × dim.
 */
export function encodeTail(
  vectors: readonly Float32Array[],
  centres: readonly Float32Array[],
  { dim, step }: TailContext,
): Uint8Array<ArrayBuffer> {
  const parts = vectors.map((rows, i) => encodeCell(rows, { dim, centre: centres[i]!, step }));
  return concat(parts);
}

/** @throws EngineError `block-corrupt` unless the body is exactly the rows of these cells. */
export function decodeTail(
  body: Uint8Array<ArrayBuffer>,
  number: number,
  cells: readonly TailCell[],
  { dim, step }: TailContext,
): Cell[] {
  const wanted = cells.reduce((sum, { rows }) => sum + rows * dim, 0);
  if (body.length !== wanted) throw damaged('tail', number, `expected ${wanted} bytes, got ${body.length}`);
  let at = 0;
  return cells.map(({ rows, centre }) => {
    at += rows * dim;
    return decodeCell(body.subarray(at - rows * dim, at), number, { rows, dim, centre, step }, 'tail');
  });
}
