import type { Random } from '../core/random.ts';
import { addProduct, addProductTransposed, addTransposedProduct, type Values } from './matrix.ts';

/**
 * A linear map of a vector: x ↦ x·W [+ b], W full (dim × dim) or low-rank (U·V).
 *
 * Layout of `parameters`, one block: W, or U (dim × rank) then V (rank × dim); then b if there is one.
 */
export interface Linear {
  readonly dim: number;
  /** 0 is a full W. */
  readonly rank: number;
  readonly bias: boolean;
  readonly parameters: Values;
}

/** A map that is zero everywhere: with a low rank, U is random and V is zero, so that V can begin to learn. */
export function createLinear(dim: number, rank: number, bias: boolean, random: Random): Linear {
  const parameters = new Float32Array((rank === 0 ? dim * dim : 2 * dim * rank) + (bias ? dim : 0));
  for (let i = 0; i < dim * rank; i++) parameters[i] = random.normal() / Math.sqrt(dim);
  return { dim, rank, bias, parameters };
}

/** x·W [+ b] of every row. Shapes: `rows` n × dim; result n × dim, a new array. Cost: n·dim² (full) multiply-adds. */
export function applyLinear(linear: Linear, rows: Values, n: number): Values {
  const { dim, rank } = linear;
  const { w, u, v, b } = parts(linear, linear.parameters);
  const out = alike(rows, n * dim);
  if (rank === 0) addProduct(out, rows, w, n, dim, dim);
  else addProduct(out, hidden(linear, rows, n, u), v, n, rank, dim);
  for (let i = 0; b.length > 0 && i < out.length; i++) out[i]! += b[i % dim]!;
  return out;
}

/**
 * Adds to `gradient` (laid out as `parameters`) the derivative of a loss, given its derivative by each output.
 *
 * Shapes   rows, outputs: n × dim. Cost: as `applyLinear`, two to three times over.
 */
export function addLinearGradient(linear: Linear, rows: Values, outputs: Values, n: number, gradient: Values): void {
  const { dim, rank } = linear;
  const { u, v } = parts(linear, linear.parameters);
  const into = parts(linear, gradient);
  if (rank === 0) {
    addTransposedProduct(into.w, rows, outputs, n, dim, dim);
  } else {
    addTransposedProduct(into.v, hidden(linear, rows, n, u), outputs, n, rank, dim);
    const back = alike(rows, n * rank);
    addProductTransposed(back, outputs, v, n, dim, rank);
    addTransposedProduct(into.u, rows, back, n, dim, rank);
  }
  for (let i = 0; into.b.length > 0 && i < outputs.length; i++) into.b[i % dim]! += outputs[i]!;
}

function hidden({ dim, rank }: Linear, rows: Values, n: number, u: Values): Values {
  const out = alike(rows, n * rank);
  addProduct(out, rows, u, n, dim, rank);
  return out;
}

/** Views of the blocks; those that a map does not have are empty. */
function parts({ dim, rank, bias }: Linear, block: Values) {
  const matrix = rank === 0 ? dim * dim : 0;
  const half = dim * rank;
  const end = matrix + 2 * half;
  return {
    w: block.subarray(0, matrix),
    u: block.subarray(0, half),
    v: block.subarray(half, 2 * half),
    b: block.subarray(end, end + (bias ? dim : 0)),
  };
}

function alike(like: Values, length: number): Values {
  return like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}
