import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/** dim × dim, row-major: the directions that a lane's vectors are turned into (`rotate.ts`). Only the full model's query needs them. */
export type Basis = Float32Array;

/** Body of a basis shard: the dimensions, then for each direction a scale and signed bytes. */
export function encodeBasis(axes: Float32Array, dim: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(dim);
  for (let at = 0; at < axes.length; at += dim) writer.scaled(axes.subarray(at, at + dim));
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything but `dim` directions. */
export function decodeBasis(body: Uint8Array<ArrayBuffer>, number: number, dim: number): Basis {
  const fail = (what: string) => damaged('basis', number, what);
  const reader = new ByteReader(body, fail);
  if (reader.count('the dimensions', dim) !== dim) throw fail(`expected ${dim} dimensions`);
  const axes = new Float32Array(dim * dim);
  for (let at = 0; at < axes.length; at += dim) axes.set(reader.scaled('a direction', dim), at);
  reader.end();
  return axes;
}

/** `vectors` (rows × dim) in the directions of `axes`. Cost: rows × dim². */
export function rotate(vectors: Float32Array, axes: Basis, dim: number): Float32Array {
  const rotated = new Float32Array(vectors.length);
  for (let at = 0; at < vectors.length; at += dim) {
    for (let to = 0; to < dim; to++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += axes[to * dim + i]! * vectors[at + i]!;
      rotated[at + to] = sum;
    }
  }
  return rotated;
}
