import type { QueryVector } from '../core/answer.ts';
import type { ModelKey, Segment } from '../core/types.ts';

/** Vectors of all segments, by the model that made them. */
export interface Vectors {
  /** The segment's rows get the numbers from `base` on. */
  add(segment: Segment, base: number): void;
  /**
   * The query's cosine with each of `rows` rows; NaN where the query has no vector of the row's model.
   * Cost: rows × dim multiply-adds.
   */
  score(queries: readonly QueryVector[], rows: number): Float32Array;
  modelAt(row: number): ModelKey;
  /** Rows made by each model, as ranges: cosines are comparable within one lane, not across. */
  lanes(): ReadonlyMap<ModelKey, readonly (readonly [start: number, end: number])[]>;
}

export function createVectors(): Vectors {
  const segments: { readonly segment: Segment; readonly base: number }[] = [];
  const lanes = new Map<ModelKey, [number, number][]>();
  return {
    add(segment, base) {
      segments.push({ segment, base });
      const lane = lanes.get(segment.model);
      const range: [number, number] = [base, base + segment.chunks.length];
      if (lane) lane.push(range);
      else lanes.set(segment.model, [range]);
    },
    score(queries, rows) {
      const scores = new Float32Array(rows).fill(Number.NaN);
      for (const { model, values } of queries) {
        for (const { segment, base } of segments) {
          if (segment.model === model) cosines(segment.vectors, values, scores, base);
        }
      }
      return scores;
    },
    // Segments are few and ascending; the last that begins at or before the row holds it.
    modelAt: (row) => segments.findLast(({ base }) => base <= row)!.segment.model,
    lanes: () => lanes,
  };
}

/** Rows and query of length 1, row-major: dot products are cosines. Four sums, so that the additions overlap. */
function cosines(vectors: Float32Array, query: Float32Array, scores: Float32Array, at: number): void {
  const dim = query.length;
  for (let row = at, from = 0; from < vectors.length; row++, from += dim) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i + 3 < dim; i += 4) {
      a += vectors[from + i]! * query[i]!;
      b += vectors[from + i + 1]! * query[i + 1]!;
      c += vectors[from + i + 2]! * query[i + 2]!;
      d += vectors[from + i + 3]! * query[i + 3]!;
    }
    for (; i < dim; i++) a += vectors[from + i]! * query[i]!;
    scores[row] = a + b + c + d;
  }
}
