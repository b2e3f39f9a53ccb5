import type { TrainingSet } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';

/** Fewer questions than this cannot be split into training and validation that say anything. */
export const LEAST_QUESTIONS = 20;

/**
 * Refuses a training set that cannot be trained on: wrong shapes, row numbers out of range, values that are not
 * numbers, rows that are not of length 1, too few questions.
 *
 * @throws EngineError `bad-input`, one sentence. Cost: one pass over the vectors.
 */
export function checkTrainingSet(set: TrainingSet): void {
  const { dim, queries, documents, positives, negatives, fusion } = set;
  const refuse = (sentence: string) => {
    throw new EngineError('bad-input', sentence);
  };
  const n = positives.length;
  if (!Number.isInteger(dim) || dim < 1) refuse(`Expected vectors of at least one value, got dimension ${dim}.`);
  if (n < LEAST_QUESTIONS) {
    refuse(`Expected at least ${LEAST_QUESTIONS} questions to learn from and judge by, got ${n}; add more pairs.`);
  }
  const rows = documents.length / dim;
  if (queries.length !== n * dim) refuse(`Expected ${n} × ${dim} query values, got ${queries.length}.`);
  if (!Number.isInteger(rows) || rows < 2) refuse(`Expected at least two documents of ${dim} values each.`);
  if (negatives.length !== n) refuse(`Expected ${n} lists of negatives, got ${negatives.length}; empty ones are fine.`);
  if (fusion && (fusion.weights.length !== n || fusion.others.length !== n * rows)) {
    refuse(
      `Expected ${n} weights and ${n} × ${rows} keyword scores, got ${fusion.weights.length} and ${fusion.others.length}.`,
    );
  }
  for (const [i, list] of positives.entries()) {
    if (list.length === 0) refuse(`Expected a document for every question, question ${i} has none.`);
  }
  for (const list of [...positives, ...negatives]) {
    for (const row of list) {
      if (!Number.isInteger(row) || row < 0 || row >= rows) refuse(`Expected document rows below ${rows}, got ${row}.`);
    }
  }
  checkUnit('question', queries, dim, refuse);
  checkUnit('document', documents, dim, refuse);
  if (fusion && !(fusion.others.every(Number.isFinite) && fusion.weights.every((weight) => weight > 0))) {
    refuse('Expected keyword scores that are numbers and weights above 0, got NaN, infinity or less.');
  }
}

function checkUnit(what: string, block: Float32Array, dim: number, refuse: (sentence: string) => void): void {
  for (let row = 0; row < block.length / dim; row++) {
    let squares = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) squares += block[i]! ** 2;
    if (!(Math.abs(squares - 1) < 1e-3)) {
      refuse(`Expected every vector to have length 1, ${what} ${row} has length ${Math.sqrt(squares)}; embed it anew.`);
    }
  }
}
