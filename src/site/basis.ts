import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './format.ts';

/** What the full model's query needs beside a lane's map. */
export interface Basis {
  /** dim × dim, row-major: the directions that the lane's vectors are turned into (`rotate.ts`). */
  readonly axes: Float32Array;
  /** cells × (dim − headDim): the cells' centres in the dimensions that the map leaves out. */
  readonly tails: Float32Array;
}

/** The lane a basis belongs to. */
export interface BasisContext {
  readonly dim: number;
  readonly headDim: number;
  readonly cells: number;
}

/** Body of a basis shard: the dimensions, then each direction and each centre's tail as a scale and signed bytes. */
export function encodeBasis({ axes, tails }: Basis, { dim, headDim }: BasisContext): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.count(dim);
  for (let at = 0; at < axes.length; at += dim) writer.scaled(axes.subarray(at, at + dim));
  const rest = dim - headDim;
  for (let at = 0; at < tails.length; at += rest) writer.scaled(tails.subarray(at, at + rest));
  return writer.done();
}

/** @throws EngineError `block-corrupt` for anything `encodeBasis` could not have written for this lane. */
export function decodeBasis(
  body: Uint8Array<ArrayBuffer>,
  number: number,
  { dim, headDim, cells }: BasisContext,
): Basis {
  const fail = (what: string) => damaged('basis', number, what);
  const reader = new ByteReader(body, fail);
  if (reader.count('the dimensions', dim) !== dim) throw fail(`expected ${dim} dimensions`);
  const list = (what: string, rows: number, length: number) => {
    const values = new Float32Array(rows * length);
    for (let row = 0; row < rows; row++) values.set(reader.scaled(what, length), row * length);
    return values;
  };
  const basis = { axes: list('a direction', dim, dim), tails: list('a centre', cells, dim - headDim) };
  reader.end();
  return basis;
}

/** `vectors` (rows × dim) in the directions of `axes`. Cost: rows × dim². */
export function rotate(vectors: Float32Array, axes: Float32Array, dim: number): Float32Array {
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
