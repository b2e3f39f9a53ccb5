import { VectorIndex } from '../kernels/vector-index.ts';
import type { Turn } from './turn.ts';

/** Of every row the rows nearest to it, itself left out; nearest first. */
export interface Neighbours {
  readonly k: number;
  /** rows × k. */
  readonly rows: Uint32Array;
  /** 1 − cosine of each, 0 or more. */
  readonly distances: Float32Array;
}

/** Queries of one pass. */
const AT_ONCE = 32;

/** Rows of one set, to be asked for the nearest of them. */
export function indexOf(vectors: Float32Array, dim: number): VectorIndex {
  const index = new VectorIndex({ dim });
  index.add(vectors);
  return index;
}

/**
 * The `k` rows of `index` nearest to each of `vectors`.
 *
 * @param own the vectors are the index's own rows, of which none is its own neighbour.
 * Shapes   vectors: rows × dim; k below the index's rows where they are its own, at most as many otherwise.
 * Ties     the lower row comes first.
 * Cost     a pass over the index for every row, in 4 bits, and 4 k rows scored exactly.
 */
export async function nearest(
  index: VectorIndex,
  vectors: Float32Array,
  k: number,
  own: boolean,
  turn: Turn,
): Promise<Neighbours> {
  const count = vectors.length / index.dim;
  const rows = new Uint32Array(count * k);
  const distances = new Float32Array(count * k);
  for (let from = 0; from < count; from += AT_ONCE) {
    const block = vectors.subarray(from * index.dim, (from + AT_ONCE) * index.dim);
    for (const [q, best] of index.search(block, own ? k + 1 : k).entries()) {
      let at = (from + q) * k;
      const end = at + k;
      for (let i = 0; i < best.rows.length && at < end; i++) {
        if (own && best.rows[i] === from + q) continue;
        rows[at] = best.rows[i]!;
        distances[at++] = Math.max(0, 1 - best.scores[i]!);
      }
    }
    await turn(Math.min(1, (from + AT_ONCE) / count));
  }
  return { k, rows, distances };
}
