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
