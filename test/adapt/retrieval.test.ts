import { expect, test } from 'vitest';
import { createLinear } from '../../src/adapt/linear.ts';
import { retrievalObjective } from '../../src/adapt/retrieval.ts';
import { createRandom } from '../../src/core/random.ts';
import { teach } from './teach.ts';

/** The loss of one question against its document and the negatives drawn: it tells which ones they were. */
function lossOf(known: readonly number[], mined: readonly number[], hardNegatives: number): number {
  const set = { ...teach({ questions: 1, documents: 9 }), negatives: [known] };
  const linear = createLinear(set.dim, 0, false, createRandom(1));
  const data = { set, negatives: [mined], cosineSpread: 0 };
  const objective = retrievalObjective(data, [0], linear, { hardNegatives, temperature: 0.1 }, createRandom(1));
  return objective.loss(Uint32Array.of(0), new Float32Array(linear.parameters.length));
}
function expected(negatives: readonly number[]): number {
  const { queries, documents, dim } = teach({ questions: 1, documents: 9 });
  const score = (row: number) => queries.reduce((sum, value, i) => sum + value * documents[row * dim + i]!, 0) / 0.1;
  return Math.log(1 + negatives.reduce((sum, row) => sum + Math.exp(score(row) - score(0)), 0));
}

test('every other negative is one that a person named, where there is one', () => {
  expect(lossOf([3], [5], 1)).toBeCloseTo(expected([3]), 4);
  expect(lossOf([3], [5], 2)).toBeCloseTo(expected([3, 5]), 4);
  expect(lossOf([3], [5], 3)).toBeCloseTo(expected([3, 5, 3]), 4);
  expect(lossOf([3], [], 2)).toBeCloseTo(expected([3, 3]), 4);
  expect(lossOf([], [5], 2)).toBeCloseTo(expected([5, 5]), 4);
});
