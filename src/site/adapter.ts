import type { QueryAdapter } from '../core/adapt.ts';
import { normalise } from '../kernels/normalise.ts';
import { rotate } from './basis.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/**
 * An adapter of queries in a lane's directions: to the first `size` values of a query's vector it adds what they and a
 * constant make of them. The instant tier has one for the directions of its table, a ninth of the whole.
 */
export interface LaneAdapter {
  readonly size: number;
  /** (size + 1) × size, row-major; the last row is the constant. */
  readonly rows: Float32Array;
}

/** q + q·W + b in the directions R of the lane is r + r·(R·W·Rᵀ) + b·Rᵀ; the first `size` of them. */
export function laneAdapter({ dim, matrix, bias }: QueryAdapter, axes: Float32Array, size: number): LaneAdapter {
  const turned = rotate(transposed(rotate(matrix, axes, dim), dim), axes, dim);
  const constant = bias.length > 0 ? rotate(bias, axes, dim) : new Float32Array(dim);
  const rows = new Float32Array((size + 1) * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) rows[i * size + j] = turned[j * dim + i]!;
  }
  rows.set(constant.subarray(0, size), size * size);
  return { size, rows };
}

/** The query's vector as it is ranked by: of length 1, a new array. Cost: size² multiply-adds. */
export function adapted({ size, rows }: LaneAdapter, query: Float32Array): Float32Array {
  const vector = query.slice();
  for (let i = 0; i <= size; i++) {
    const value = i < size ? query[i]! : 1;
    for (let j = 0; j < size; j++) vector[j]! += value * rows[i * size + j]!;
  }
  return normalise(vector);
}

/** Body of an adapter shard: the size, then for each row a scale and signed bytes. */
export function encodeLaneAdapter({ size, rows }: LaneAdapter): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(size);
  for (let at = 0; at < rows.length; at += size) writer.scaled(rows.subarray(at, at + size));
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything but an adapter of `size` values. */
export function decodeLaneAdapter(body: Uint8Array<ArrayBuffer>, number: number, size: number): LaneAdapter {
  const fail = (what: string) => damaged('adapter', number, what);
  const reader = new ByteReader(body, fail);
  if (reader.count('the size', size) !== size) throw fail(`expected ${size} values`);
  const rows = new Float32Array((size + 1) * size);
  for (let at = 0; at < rows.length; at += size) rows.set(reader.scaled('a row', size), at);
  reader.end();
  return { size, rows };
}

function transposed(matrix: Float32Array, dim: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % dim) * dim + Math.floor(at / dim)]!);
}
