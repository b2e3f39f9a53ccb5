import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auroc, bootstrap, figures, mrr, ndcg, recall } from '../../../src/cli/eval/metrics.ts';

const grades = new Map([
  ['a', 2],
  ['b', 1],
  ['c', 1],
]);

test('nDCG is the sum worked out by hand, with the grade as gain', () => {
  // b at 1, x at 2, a at 3: (1/1 + 0 + 2/2) / (2/1 + 1/1.58496 + 1/2)
  expect(ndcg(['b', 'x', 'a'], grades, 10)).toBeCloseTo(2 / (2 + 1 / Math.log2(3) + 0.5), 12);
  expect(ndcg(['a', 'b', 'c'], grades, 10)).toBe(1);
  expect(ndcg(['x', 'y'], grades, 10)).toBe(0);
});

test('nDCG counts the first k only, in the ideal ranking too', () => {
  expect(ndcg(['a', 'x', 'b'], grades, 1)).toBe(1);
  expect(ndcg(['x', 'a', 'b'], grades, 1)).toBe(0);
});

test('the reciprocal rank is that of the first relevant unit, within k', () => {
  expect(mrr(['x', 'c', 'a'], grades, 10)).toBe(0.5);
  expect(mrr(['x', 'y', 'a'], grades, 2)).toBe(0);
});

test('recall is the share of all relevant units', () => {
  expect(recall(['a', 'x', 'b'], grades, 3)).toBeCloseTo(2 / 3, 12);
  expect(figures(['x', 'a'], grades)).toMatchObject({ mrr10: 0.5, recall10: 1 / 3, recall100: 1 / 3 });
});

test('AUROC is the share of pairs in the right order, ties half', () => {
  expect(auroc([3, 4], [1, 2])).toBe(1);
  expect(auroc([1], [2])).toBe(0);
  expect(auroc([1, 2], [1, 2])).toBe(0.5);
  const numbers = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(numbers, numbers, (positives, negatives) => {
      let wins = 0;
      for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
      expect(auroc(positives, negatives)).toBeCloseTo(wins / (positives.length * negatives.length), 12);
    }),
  );
});

test('a bootstrap interval holds the mean, is the same every time, and is a point for equal values', () => {
  const values = Array.from({ length: 200 }, (_, i) => i % 2);
  const [low, high] = bootstrap(values);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
  // The standard error of this mean is .0354; a 95 % interval is about four of them wide.
  expect(high - low).toBeGreaterThan(0.11);
  expect(high - low).toBeLessThan(0.17);
  expect(bootstrap(values)).toEqual([low, high]);
  expect(bootstrap([1, 1, 1])).toEqual([1, 1]);
});
