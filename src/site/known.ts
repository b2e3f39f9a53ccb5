import { gather } from './rows.ts';

/** A question and the row of the passage that answers it. */
export interface LeadingQuestion {
  readonly text: string;
  readonly lead: number;
}

/** A lane's known questions in the order of their numbers. */
export interface KnownQuestions {
  readonly questions: readonly LeadingQuestion[];
  /** questions × dim */
  readonly vectors: Float32Array;
  /** The first question of each cell; a cell may have none. */
  readonly firstCellQuestions: readonly number[];
}

/**
 * Numbers questions cell by cell: each lies where its own vector belongs, which need not be where its passage does, so
 * that a query that means the same fetches it.
 *
 * Shapes   vectors: questions × dim, of length 1; centres: cells × dim. Ties: the lower cell.
 */
export function placeQuestions(
  questions: readonly LeadingQuestion[],
  vectors: Float32Array,
  centres: Float32Array,
  dim: number,
): KnownQuestions {
  const cells = centres.length / dim;
  const squares = Array.from({ length: cells }, (_, cell) => dotAt(centres, cell * dim, centres, cell * dim, dim));
  const cellOf = questions.map((_, i) => {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let cell = 0; cell < cells; cell++) {
      const distance = squares[cell]! - 2 * dotAt(vectors, i * dim, centres, cell * dim, dim);
      if (distance < least) [best, least] = [cell, distance];
    }
    return best;
  });
  const order = [...questions.keys()].sort((a, b) => cellOf[a]! - cellOf[b]! || a - b);
  return {
    questions: order.map((i) => questions[i]!),
    vectors: gather(vectors, order, dim),
    firstCellQuestions: Array.from({ length: cells }, (_, cell) => cellOf.filter((one) => one < cell).length),
  };
}

function dotAt(a: Float32Array, from: number, b: Float32Array, at: number, dim: number): number {
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += a[from + i]! * b[at + i]!;
  return sum;
}
