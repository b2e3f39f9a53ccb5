import { saturation } from '../search/bm25.ts';

/** A length is kept as a level: so many to a doubling, and one of the mean length is the middle one. */
const TO_A_DOUBLING = 8;
const MIDDLE = 32;
export const LENGTH_LEVELS = 64;

/** Lengths of rows, in terms, as levels: off by a twentieth at most between a sixteenth and fourteen times the mean. */
export function lengthLevels(lengths: readonly number[]): Uint8Array {
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return Uint8Array.from(lengths, (length) => {
    const level = MIDDLE + Math.round(TO_A_DOUBLING * Math.log2(Math.max(1, length) / mean));
    return Math.max(0, Math.min(LENGTH_LEVELS - 1, level));
  });
}

/** What BM25 holds a term's count against, for each row. */
export const saturations = (levels: Uint8Array): Float32Array =>
  Float32Array.from(levels, (level) => saturation(2 ** ((level - MIDDLE) / TO_A_DOUBLING)));
