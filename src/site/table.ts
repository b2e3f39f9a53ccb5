import { analyse } from '../search/analyse.ts';
import { ridge, type SparseRows } from './ridge.ts';

/** A query encoder without a model: a query's vector is `bias` plus the sum of its terms' vectors, made length 1. */
export interface QueryTable {
  readonly bias: Float32Array;
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

export interface FitOptions {
  /** Terms that can be looked up later, with the weight each has in a text: rare terms say more than frequent ones. */
  readonly terms: ReadonlyMap<string, number>;
  /** Called with the share done, 0–1. */
  readonly onProgress?: (share: number) => void;
}

/** Terms seen in fewer samples say nothing that the others do not. */
const SEEN = 2;
const LAMBDA = 0.35;
const STEPS = 20;

/**
 * Fits the table so that it gives each sample the vector that the full model gave it.
 *
 * Shapes   vectors: samples × dim, row-major, as the model encodes queries.
 * Source   ridge regression; for static query vectors, design card "Semantic search with no model download".
 */
export function fitTable(
  samples: readonly string[],
  vectors: Float32Array,
  dim: number,
  options: FitOptions,
): QueryTable {
  const texts = samples.map(termsOf);
  const seen = new Map<string, number>();
  for (const terms of texts) for (const term of terms) seen.set(term, (seen.get(term) ?? 0) + 1);
  const columns = new Map<string, number>();
  for (const [term, count] of seen) if (count >= SEEN && options.terms.has(term)) columns.set(term, columns.size + 1);

  const weights = [1, ...[...columns.keys()].map((term) => options.terms.get(term)!)];
  const rows = texts.map((terms) => [BIAS, ...terms.flatMap((term) => columns.get(term) ?? [])]);
  const fitted = ridge(sparse(rows, weights), vectors, weights.length, dim, {
    lambda: LAMBDA,
    steps: STEPS,
    onStep: (step) => options.onProgress?.(step / STEPS),
  });
  const row = (column: number) =>
    fitted.slice(column * dim, (column + 1) * dim).map((value) => value * weights[column]!);
  return { bias: row(BIAS), vectors: new Map([...columns].map(([term, column]) => [term, row(column)])) };
}

/** The terms a text is encoded by: each once. */
export const termsOf = (text: string): string[] => [...new Set(analyse(text).map(({ term }) => term))];

const BIAS = 0;

/** Each row of length 1: only its direction is fitted. */
function sparse(rows: readonly (readonly number[])[], weights: readonly number[]): SparseRows {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i]! + row.length;
  const scaled = rows.flatMap((row) => {
    const length = Math.sqrt(row.reduce((sum, column) => sum + weights[column]! ** 2, 0));
    return row.map((column) => weights[column]! / length);
  });
  return { offsets, columns: Uint32Array.from(rows.flat()), weights: Float32Array.from(scaled) };
}
