/**
 * The dot product of a vector and the row of a block that begins at `at`.
 *
 * Shapes   query: dim; block: at least `at + dim` values.
 * Order    sixteen running sums, value `i` going to sum `i mod 16`, every step rounded to float32, then added
 *          pairwise: the order of the SIMD kernels, so that a score has the same bits whoever computed it.
 * Cost     dim multiply-adds; allocates nothing.
 */
export function dot(query: Float32Array, block: Float32Array, at = 0): number {
  sums.fill(0);
  for (let i = 0; i < query.length; i++) sums[i & 15]! += Math.fround(query[i]! * block[at + i]!);
  for (let width = 8; width >= 1; width >>= 1) {
    for (let i = 0; i < width; i++) sums[i]! += sums[i + width]!;
  }
  return sums[0]!;
}

/** Float32, so that a store rounds. One for all: a dot product calls nothing that could call it again. */
const sums = new Float32Array(16);
