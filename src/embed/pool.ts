import type { TokenVectors } from '../core/encoder.ts';

/**
 * One sentence vector from a text's token vectors (n × dim, row-major), of length 1, into `out` (dim values).
 * `cls` takes the first token's vector, `mean` the mean of all. A zero vector stays zero.
 */
export function pool(pooling: 'cls' | 'mean', tokens: Float32Array, out: Float32Array): void {
  const dim = out.length;
  out.set(tokens.subarray(0, dim));
  // The scale of the sum does not matter: the vector is normalised below.
  if (pooling === 'mean') for (let i = dim; i < tokens.length; i++) out[i % dim]! += tokens[i]!;
  normalise(out);
}

/** Scales a vector to Euclidean length 1, in place; a zero vector stays zero. The sum is taken in double precision. */
export function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}

/** Gathers token vectors text by text; one copy at the end. */
export function collectTokens(dim: number) {
  const texts: { readonly ids: readonly number[]; readonly hidden: Float32Array }[] = [];
  return {
    /** Text `row`, in any order. @param hidden ids.length × dim, kept until `done`. */
    put: (row: number, ids: readonly number[], hidden: Float32Array) => {
      texts[row] = { ids, hidden };
    },
    done(): TokenVectors {
      const offsets = new Uint32Array(texts.length + 1);
      for (const [i, { ids }] of texts.entries()) offsets[i + 1] = offsets[i]! + ids.length;
      const total = offsets[texts.length]!;
      const tokens = { values: new Float32Array(total * dim), offsets, ids: new Int32Array(total) };
      for (const [i, { ids, hidden }] of texts.entries()) {
        tokens.values.set(hidden, offsets[i]! * dim);
        tokens.ids.set(ids, offsets[i]!);
      }
      return tokens;
    },
  };
}
