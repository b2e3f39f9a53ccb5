import type { QueryAdapter } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import type { ModelKey, UnitVector } from '../core/types.ts';
import { normalise } from '../kernels/normalise.ts';
import { addProduct } from './matrix.ts';

/**
 * Queries as the adapter sees them: normalise(q + q·matrix + bias), row by row; the input is not changed.
 *
 * Shapes   queries: n × dim, rows of length 1; so is the result, a new array.
 * Cost     n × dim² multiply-adds: for one query of 384 values some tenths of a millisecond.
 *
 * @throws EngineError `model-mismatch` if the queries are another model's.
 */
export function adaptQueries(adapter: QueryAdapter, model: ModelKey, queries: Float32Array): Float32Array<ArrayBuffer> {
  const { dim } = adapter;
  if (model !== adapter.model) {
    throw new EngineError(
      'model-mismatch',
      `Expected queries of the model “${adapter.model}” that the adapter was trained for, got “${model}”; train it anew.`,
    );
  }
  const adapted = changeOf(adapter, queries);
  for (let i = 0; i < adapted.length; i++) adapted[i]! += queries[i]!;
  normalise(adapted, dim);
  return adapted;
}

/** q·matrix + bias of each query: n × dim, a new array. */
export function changeOf({ dim, matrix, bias }: QueryAdapter, queries: Float32Array): Float32Array<ArrayBuffer> {
  const change = new Float32Array(queries.length);
  addProduct(change, queries, matrix, queries.length / dim, dim, dim);
  for (let i = 0; bias.length > 0 && i < change.length; i++) change[i]! += bias[i % dim]!;
  return change;
}

/** One query. */
export function adaptQuery(adapter: QueryAdapter, model: ModelKey, query: UnitVector): UnitVector {
  return adaptQueries(adapter, model, query) as Float32Array as UnitVector;
}
