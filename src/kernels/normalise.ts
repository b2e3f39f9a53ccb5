import type { UnitVector } from '../core/types.ts';

/**
 * Scales every row of a block to length 1, in place, and returns the block.
 *
 * Shapes   block: rows × dim, row-major; by default one row. A trailing part of a row is left as it is.
 * Errors   none: a row of zeros, or one whose length is not a finite number, has no direction and becomes zeros.
 * Cost     two passes over the block; allocates nothing. The length is summed in float64.
 */
export function normalise(block: Float32Array, dim = block.length): UnitVector {
  for (let at = 0; dim > 0 && at + dim <= block.length; at += dim) {
    let squares = 0;
    for (let i = at; i < at + dim; i++) squares += block[i]! * block[i]!;
    const length = Math.sqrt(squares);
    const usable = length > 0 && Number.isFinite(length);
    for (let i = at; i < at + dim; i++) block[i] = usable ? block[i]! / length : 0;
  }
  return block as UnitVector;
}
