import { normalise } from '../kernels/normalise.ts';
import { quantiseTokens } from '../kernels/token-levels.ts';
import { poolTokens } from '../kernels/token-pool.ts';

/** So many tokens share a vector, on average: measured to lose nothing of what MaxSim gains; see docs/quality.md. */
export const TOKENS_A_VECTOR = 3;

/**
 * What is kept of a text's tokens for MaxSim: [CLS] and [SEP] dropped, each made length 1, pooled, in 4 bits.
 *
 * Shapes   hidden: tokens × dim, row-major, as `TokenVectors` has them; result: see `quantiseTokens`.
 */
export function pooledTokens(hidden: Float32Array, dim: number): Uint8Array<ArrayBuffer> {
  const words = normalise(hidden.slice(dim, Math.max(dim, hidden.length - dim)), dim);
  return quantiseTokens(poolTokens(words, dim, Math.ceil(words.length / dim / TOKENS_A_VECTOR)), dim);
}
