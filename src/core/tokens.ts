/** Vectors of a text's words, one row each, every row of length 1. */
export interface TokenMatrix {
  readonly dim: number;
  readonly rows: Float32Array;
}

/**
 * What is kept of the words of many passages: for each some vectors that stand for them, of length 1, in 4 bits a value.
 *
 * Passage `i` has the bytes `offsets[i]` to `offsets[i + 1]` (exclusive) of `levels`, `tokenBytes(dim)` a vector, as
 * `kernels/token-levels.ts` writes them; a passage of which nothing is kept has none.
 */
export interface TokenRows {
  /** rows + 1, ascending from 0. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Bytes of one vector: half a byte a value, dimensions padded to a multiple of 128. */
export const tokenBytes = (dim: number) => Math.ceil(dim / 128) * 64;

/** Passages one after another, in order. Cost: one copy. */
export function tokenRows(passages: readonly Uint8Array[]): TokenRows {
  const offsets = new Uint32Array(passages.length + 1);
  for (const [i, { length }] of passages.entries()) offsets[i + 1] = offsets[i]! + length;
  const levels = new Uint8Array(offsets.at(-1)!);
  for (const [i, passage] of passages.entries()) levels.set(passage, offsets[i]);
  return { offsets, levels };
}

/** The vectors of passage `row`, as a view. */
export const tokenRow = ({ offsets, levels }: TokenRows, row: number): Uint8Array<ArrayBuffer> =>
  levels.subarray(offsets[row]!, offsets[row + 1]!);

/** The rows of `wanted`, in that order. Cost: one copy of them. */
export const selectTokens = (rows: TokenRows, wanted: readonly number[]): TokenRows =>
  tokenRows(wanted.map((row) => tokenRow(rows, row)));
