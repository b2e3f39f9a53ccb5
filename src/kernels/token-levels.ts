import { tokenBytes } from '../core/tokens.ts';
import type { UnitVector } from '../core/types.ts';
import { normalise } from './normalise.ts';

/** Levels lie evenly on both sides of this one, which is 0. */
export const ZERO = 8;
const TOP = 7;

/**
 * Vectors of length 1 in 4 bits a value: the nearest of −7 … 7 steps, a step being a seventh of the vector's largest value.
 * The step is not kept: a vector of length 1 is known by its direction.
 *
 * Shapes   rows: n × dim, row-major; result: n × tokenBytes(dim), laid out as the int4 kernels read it (byte j of block b
 *          of 16: dimension 32b + j in the low half, 32b + 16 + j in the high one), a value v as v + 8; padding is 0.
 * Cost     two passes over the rows.
 */
export function quantiseTokens(rows: Float32Array, dim: number): Uint8Array<ArrayBuffer> {
  const bytes = tokenBytes(dim);
  const levels = new Uint8Array((rows.length / dim) * bytes).fill(ZERO | (ZERO << 4));
  for (let from = 0, to = 0; from < rows.length; from += dim, to += bytes) {
    let most = 0;
    for (let i = from; i < from + dim; i++) most = Math.max(most, Math.abs(rows[i]!));
    if (most === 0) continue;
    for (let i = 0; i < dim; i++) {
      const level = ZERO + Math.round((rows[from + i]! * TOP) / most);
      const at = to + (i >> 5) * 16 + (i & 15);
      levels[at] = i & 16 ? (levels[at]! & 15) | (level << 4) : (levels[at]! & 240) | level;
    }
  }
  return levels;
}

/** The vectors as far as they are known, each of length 1. Shapes as above. */
export function restoreTokens(levels: Uint8Array, dim: number): Float32Array<ArrayBuffer> {
  const bytes = tokenBytes(dim);
  const rows = new Float32Array((levels.length / bytes) * dim);
  for (let from = 0, to = 0; from < levels.length; from += bytes, to += dim) {
    const scale = inverseLength(levels, from, from + bytes);
    for (let i = 0; i < dim; i++) {
      const two = levels[from + (i >> 5) * 16 + (i & 15)]!;
      rows[to + i] = ((i & 16 ? two >> 4 : two & 15) - ZERO) * scale;
    }
  }
  return rows;
}

/**
 * The mean of the vectors, made length 1; zeros if there are none. A third of the time of adding up what `restoreTokens`
 * gives, and no memory but the result.
 *
 * Shapes   levels as above; result: dim.
 */
export function meanOfTokens(levels: Uint8Array, dim: number): UnitVector {
  const bytes = tokenBytes(dim);
  const sums = new Float64Array(bytes * 2);
  for (let from = 0; from < levels.length; from += bytes) {
    const scale = inverseLength(levels, from, from + bytes);
    for (let block = 0; block < bytes; block += 16) {
      for (let j = 0; j < 16; j++) {
        const two = levels[from + block + j]!;
        sums[block * 2 + j]! += ((two & 15) - ZERO) * scale;
        sums[block * 2 + 16 + j]! += ((two >> 4) - ZERO) * scale;
      }
    }
  }
  return normalise(Float32Array.from(sums.subarray(0, dim)));
}

/** Of two values in a byte the sum of their squares. */
const SQUARES = Uint8Array.from({ length: 256 }, (_, two) => ((two & 15) - ZERO) ** 2 + ((two >> 4) - ZERO) ** 2);

/** 1 over the length of the vector in these bytes, in steps; 0 for one of zeros. */
export function inverseLength(levels: Uint8Array, from: number, to: number): number {
  let squares = 0;
  for (let at = from; at < to; at++) squares += SQUARES[levels[at]!]!;
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
