import type { VectorIndex, VectorSearchOptions } from './vector-index.ts';

export interface Recall {
  /** Share of the exact top `k` that `search` found, over all queries; 1 when there is nothing to find. */
  readonly recall: number;
  readonly k: number;
  readonly queries: number;
}

export interface RecallOptions extends Pick<VectorSearchOptions, 'candidates'> {
  readonly k?: number;
  /** How many rows to ask for the neighbours of, evenly spaced. Default 64. */
  readonly sample?: number;
  /** Real queries instead, any number × dim. */
  readonly queries?: Float32Array;
}

/**
 * What the first pass costs in recall, measured on the index itself against a full exact pass.
 *
 * Without queries, rows are asked for their neighbours, themselves not counted. Exact means by what the index keeps:
 * 7-bit rows where float32 was let go. A hit that scores as high as the k-th exact one counts as found.
 * Cost     one exact pass for the sample.
 */
export function measureRecall(index: VectorIndex, options: RecallOptions = {}): Recall {
  const { k = 10, sample = 64 } = options;
  const own = options.queries ? [] : evenly(index, sample);
  const queries = options.queries ?? join(own.map((row) => index.vector(row)));
  const extra = options.queries ? 0 : 1;
  const exact = index.searchExact(queries, k + extra);
  const found = index.search(queries, k + extra, options);
  let wanted = 0;
  let hits = 0;
  exact.forEach((truth, q) => {
    const others = truth.rows.filter((row) => row !== own[q]).length;
    const wantedHere = Math.min(k, others);
    const bar = truth.scores.filter((_, i) => truth.rows[i] !== own[q])[wantedHere - 1] ?? Infinity;
    const good = found[q]!.scores.filter((score, i) => found[q]!.rows[i] !== own[q] && score >= bar).length;
    wanted += wantedHere;
    hits += Math.min(good, wantedHere);
  });
  return { recall: wanted === 0 ? 1 : hits / wanted, k, queries: exact.length };
}

function evenly(index: VectorIndex, count: number): number[] {
  const rows = Array.from({ length: index.rows }, (_, row) => row).filter((row) => index.has(row));
  return Array.from(
    { length: Math.min(rows.length, count) },
    (_, i) => rows[Math.floor((i * rows.length) / Math.min(rows.length, count))]!,
  );
}

function join(vectors: readonly Float32Array[]): Float32Array {
  const dim = vectors[0]?.length ?? 0;
  const joined = new Float32Array(vectors.length * dim);
  vectors.forEach((vector, i) => {
    joined.set(vector, i * dim);
  });
  return joined;
}
