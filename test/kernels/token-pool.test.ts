import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalise } from '../../src/kernels/normalise.ts';
import { poolTokens } from '../../src/kernels/token-pool.ts';

const DIM = 6;

/** Rows of length 1 in no order, with no two distances alike. */
const rows = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))
  .map(([count, seed]) => {
    let x = seed;
    // Xorshift, Marsaglia 2003.
    const next = () => {
      for (const by of [13, -17, 5]) x ^= by > 0 ? x << by : x >>> -by;
      return x / 2 ** 31;
    };
    return normalise(Float32Array.from({ length: count * DIM }, next), DIM) as Float32Array;
  });

/** Rows along the axes: most distances are alike. */
const axes = fc
  .array(fc.nat(DIM - 1), { minLength: 1, maxLength: 24 })
  .map((list) => Float32Array.from(list.flatMap((axis) => Array.from({ length: DIM }, (_, i) => Number(i === axis)))));

/** What merging the pair that costs least again and again comes to, every cost from its definition. */
function wardByDefinition(rows: Float32Array, count: number): number[][] {
  const row = (i: number) => [...rows.subarray(i * DIM, (i + 1) * DIM)];
  const clusters = Array.from({ length: rows.length / DIM }, (_, i) => [i]);
  while (clusters.length > count) {
    let [best, least] = [[0, 1], Number.POSITIVE_INFINITY];
    for (const [i, a] of clusters.entries()) {
      for (let j = i + 1; j < clusters.length; j++) {
        const cost = within([...a, ...clusters[j]!].map(row)) - within(a.map(row)) - within(clusters[j]!.map(row));
        if (cost < least) [best, least] = [[i, j], cost];
      }
    }
    const [i, j] = best as [number, number];
    clusters[i] = [...clusters[i]!, ...clusters[j]!].sort((a, b) => a - b);
    clusters.splice(j, 1);
  }
  return clusters;
}

const meanOf = (points: number[][]) =>
  Array.from({ length: DIM }, (_, d) => points.reduce((sum, p) => sum + p[d]!, 0) / points.length);

/** Σ of squared distances to the mean. */
function within(points: number[][]): number {
  const mean = meanOf(points);
  return points.flatMap((p) => p.map((x, d) => (x - mean[d]!) ** 2)).reduce((a, b) => a + b, 0);
}

test('the vectors are the centroids of what Ward’s method finds by its definition', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 8 }), (given, count) => {
      const clusters = wardByDefinition(given, count);
      clusters.sort(([a], [b]) => a! - b!);
      const expected = clusters.flatMap((members) => {
        const mean = meanOf(members.map((i) => [...given.subarray(i * DIM, (i + 1) * DIM)]));
        return [...normalise(Float32Array.from(mean))];
      });
      const pooled = poolTokens(given, DIM, count);
      expect(pooled.length).toBe(expected.length);
      for (const [i, x] of expected.entries()) expect(Math.abs(pooled[i]! - x)).toBeLessThan(1e-4);
    }),
    { numRuns: 200 },
  );
});

test('with ties too there are as many vectors as are asked for, of length 1, and always the same', () => {
  fc.assert(
    fc.property(axes, fc.integer({ min: 1, max: 30 }), (given, count) => {
      const pooled = poolTokens(given, DIM, count);
      expect(pooled.length / DIM).toBe(Math.min(count, given.length / DIM));
      expect(poolTokens(given.slice(), DIM, count)).toEqual(pooled);
      for (let at = 0; at < pooled.length; at += DIM) {
        expect(Math.abs(Math.hypot(...pooled.subarray(at, at + DIM)) - 1)).toBeLessThan(1e-5);
      }
    }),
  );
});

test('equal rows become one', () => {
  const [a, b] = [normalise(Float32Array.of(1, 2, 0, 0, 0, 1)), normalise(Float32Array.of(0, 0, 3, 1, 0, 0))];
  const pooled = poolTokens(Float32Array.from([a, b, a, b, a].flatMap((row) => [...row])), DIM, 2);
  for (const [i, x] of [...a, ...b].entries()) expect(Math.abs(pooled[i]! - x)).toBeLessThan(1e-6);
});
