import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UnitVector } from '../../src/core/types.ts';
import { topK, topScores } from '../../src/kernels/topk.ts';

/** The same answer the slow way: sort them all, cut. */
const bySorting = (scores: readonly number[], k: number) =>
  scores
    .map((score, row) => ({ row, score }))
    .filter(({ score }) => score > -Infinity)
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, k);

const few = fc.integer({ min: -3, max: 3 }); // few values: ties are common

test('topK agrees with scoring and sorting every row', () => {
  const block = fc.integer({ min: 1, max: 40 }).chain((dim) => {
    const row = fc.array(few, { minLength: dim, maxLength: dim });
    return fc.tuple(fc.array(row, { maxLength: 40 }), row, fc.integer({ min: 0, max: 45 }));
  });
  fc.assert(
    fc.property(block, ([rows, query, k]) => {
      const scores = rows.map((row) => row.reduce((sum, value, i) => sum + value * query[i]!, 0));
      const found = topK(Float32Array.from(rows.flat()), Float32Array.from(query) as UnitVector, k);
      expect(found).toEqual(bySorting(scores, k));
    }),
  );
});

test('topScores agrees with sorting, and leaves out what is -Infinity or not a number', () => {
  const score = fc.oneof(few, fc.constantFrom(-Infinity, Number.NaN, Infinity, -0), fc.double());
  fc.assert(
    fc.property(fc.array(score), fc.integer({ min: 0, max: 30 }), (scores, k) => {
      expect(topScores(scores, k)).toEqual(bySorting(scores, k));
    }),
  );
});

test('topK refuses a block that is not a whole number of rows', () => {
  expect(() => topK(new Float32Array(5), new Float32Array(2) as UnitVector, 1)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: 'expected whole rows of 2 values, got 5 values' }),
  );
});
