import { EngineError } from '../core/errors.ts';
import { createProducts, type Products } from '../kernels/products.ts';

/** A linear map of token vectors, made for comparing them word by word: `token · weightsᵀ + bias`. */
export interface TokenHead {
  /** dim × dim, row-major, a row for each value that comes out. */
  readonly weights: Float32Array;
  /** dim values. */
  readonly bias: Float32Array;
}

/**
 * Reads a `token-head.f32`: the weights, then the bias, as little-endian float32 and nothing else.
 *
 * @throws EngineError `model-corrupt` if it is of another length.
 */
export function decodeTokenHead(bytes: Uint8Array<ArrayBuffer>, dim: number, where: string): TokenHead {
  const expected = (dim + 1) * dim * 4;
  if (bytes.length !== expected) {
    throw new EngineError(
      'model-corrupt',
      `${where}: expected ${expected} bytes, a matrix of ${dim} × ${dim} and a bias, got ${bytes.length}; write weight and bias as little-endian float32.`,
    );
  }
  const values = new Float32Array(bytes.slice().buffer);
  return { weights: values.subarray(0, dim * dim), bias: values.subarray(dim * dim) };
}

let products: Products | undefined;

/**
 * Token vectors as MaxSim compares them.
 *
 * Shapes   hidden, result: n × dim, row-major.
 * Cost     n × dim² multiply-adds.
 * Source   BGE-M3 (Chen et al. 2024), section 3.1, "multi-vector retrieval": E = norm(W · H); made length 1 by whoever compares.
 */
export function projectTokens({ weights, bias }: TokenHead, hidden: Float32Array): Float32Array<ArrayBuffer> {
  const dim = bias.length;
  const out = new Float32Array(hidden.length);
  for (let at = 0; at < out.length; at += dim) out.set(bias, at);
  products ??= createProducts();
  products.addTransposedRight(out, hidden, weights, hidden.length / dim, dim, dim);
  return out;
}
