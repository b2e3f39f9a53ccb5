import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantiseTokens } from '../../src/kernels/token-levels.ts';
import { scoresOfNearest } from '../../src/search/agreement.ts';

const DIM = 4;
/** A passage of one vector that lies along axis `a`. */
const along = (a: number) =>
  quantiseTokens(
    Float32Array.from({ length: DIM }, (_, i) => Number(i === a)),
    DIM,
  );

test('a passage hears what the five most like it have reached, of equally near ones the earlier', () => {
  const axes = [0, 1, 0, 0, 1, 0, 0, 0, 0];
  const scores = Float32Array.from([9, 1, 8, 7, 2, 6, 5, 4, 3]);
  const heard = scoresOfNearest(axes.map(along), DIM, scores);
  expect(heard[0]).toBeCloseTo((8 + 7 + 6 + 5 + 4) / 5);
  // Its like, then the first four of the others.
  expect(heard[1]).toBeCloseTo((2 + 9 + 8 + 7 + 6) / 5);
});

test('of fewer than six all others are asked; one alone, or one without vectors, is nothing to anybody', () => {
  expect([...scoresOfNearest([0, 1, 2].map(along), DIM, Float32Array.of(1, 2, 6))]).toEqual([4, 3.5, 1.5]);
  expect([...scoresOfNearest([along(0)], DIM, Float32Array.of(3))]).toEqual([0]);
  expect([...scoresOfNearest([along(0), new Uint8Array(0)], DIM, Float32Array.of(3, 1))]).toEqual([1, 3]);
});

test('what is heard lies between the least and the most that was reached, and moves with it', () => {
  const some = fc.array(fc.tuple(fc.nat(DIM - 1), fc.integer({ min: -50, max: 50 })), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(some, (passages) => {
      const levels = passages.map(([axis]) => along(axis));
      const scores = Float32Array.from(passages, ([, score]) => score);
      const heard = scoresOfNearest(levels, DIM, scores);
      for (const one of heard) {
        expect(one).toBeGreaterThanOrEqual(Math.min(...scores) - 1e-4);
        expect(one).toBeLessThanOrEqual(Math.max(...scores) + 1e-4);
      }
      const moved = scoresOfNearest(
        levels,
        DIM,
        scores.map((score) => score + 7),
      );
      for (const [i, one] of moved.entries()) expect(one).toBeCloseTo(heard[i]! + 7, 3);
    }),
  );
});
