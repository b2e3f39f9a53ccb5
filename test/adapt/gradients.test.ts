import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLinear, type Linear } from '../../src/adapt/linear.ts';
import { binaryCrossEntropy, coSent, infoNce } from '../../src/adapt/loss.ts';
import { contrastive, labelled, type PairLoss } from '../../src/adapt/objective.ts';
import { createRandom, type Random } from '../../src/core/random.ts';

const H = 1e-5;

/** The derivative by every value, by central differences. */
function numeric(values: Float64Array, loss: () => number): Float64Array {
  return values.map((value, i) => {
    values[i] = value + H;
    const above = loss();
    values[i] = value - H;
    const below = loss();
    values[i] = value;
    return (above - below) / (2 * H);
  });
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    const tolerance = 1e-6 * Math.max(1, Math.abs(expected[i]!));
    expect(Math.abs(found[i]! - expected[i]!), `value ${i}: ${found[i]} against ${expected[i]}`).toBeLessThan(
      tolerance,
    );
  }
}

const normals = (random: Random, n: number) => Float64Array.from({ length: n }, () => random.normal());

function unitRows(random: Random, n: number, dim: number): Float64Array {
  const rows = normals(random, n * dim);
  for (let at = 0; at < rows.length; at += dim) {
    const row = rows.subarray(at, at + dim);
    const length = Math.hypot(...row);
    for (let i = 0; i < dim; i++) row[i]! /= length;
  }
  return rows;
}

/** A linear map in float64 that is not at zero. */
function someLinear(random: Random, dim: number, rank: number, bias: boolean): Linear {
  const linear = createLinear(dim, rank, bias, random);
  return { ...linear, parameters: normals(random, linear.parameters.length).map((value) => value * 0.3) };
}

const shapes = fc.record({
  seed: fc.integer(),
  n: fc.integer({ min: 1, max: 5 }),
  more: fc.integer({ min: 0, max: 4 }),
  dim: fc.integer({ min: 2, max: 6 }),
  rank: fc.integer({ min: 0, max: 3 }),
  bias: fc.boolean(),
});

test('the gradient of InfoNCE by every score agrees with finite differences, excluded candidates included', () => {
  fc.assert(
    fc.property(shapes, ({ seed, n, more }) => {
      const random = createRandom(seed);
      const m = n + more;
      const scores = normals(random, n * m);
      const target = Uint32Array.from({ length: n }, (_, i) => i);
      const excluded = Uint8Array.from(scores, (_, i) => (i % m !== Math.floor(i / m) && random.next() < 0.3 ? 1 : 0));
      const gradient = new Float64Array(n * m);
      infoNce(scores, m, target, excluded, 0.3, gradient);
      expectClose(
        gradient,
        numeric(scores, () => infoNce(scores, m, target, excluded, 0.3, new Float64Array(n * m))),
      );
    }),
  );
});

test('the gradients of CoSENT and of binary cross-entropy agree with finite differences', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, n) => {
      const random = createRandom(seed);
      const scores = normals(random, n);
      const labels = Uint8Array.from(scores, () => random.below(2));
      for (const loss of [
        (gradient: Float64Array) => coSent(scores, labels, 0.3, gradient),
        (gradient: Float64Array) => binaryCrossEntropy(scores, labels, 0.2, 0.3, gradient),
      ]) {
        const gradient = new Float64Array(n);
        loss(gradient);
        expectClose(
          gradient,
          numeric(scores, () => loss(new Float64Array(n))),
        );
      }
    }),
  );
});

test('the gradient of the contrastive loss by every parameter agrees with finite differences', () => {
  fc.assert(
    fc.property(shapes, ({ seed, n, more, dim, rank, bias }) => {
      const random = createRandom(seed);
      const linear = someLinear(random, dim, rank, bias);
      const m = n + more;
      const batch = {
        queries: unitRows(random, n, dim),
        candidates: unitRows(random, m, dim),
        target: Uint32Array.from({ length: n }, (_, i) => i),
        excluded: Uint8Array.from({ length: n * m }, (_, i) => (i % m > n && random.next() < 0.3 ? 1 : 0)),
        offset: normals(random, n * m),
      };
      const gradient = new Float64Array(linear.parameters.length);
      contrastive(linear, batch, 0.3, gradient);
      const loss = () => contrastive(linear, batch, 0.3, new Float64Array(gradient.length));
      expectClose(gradient, numeric(linear.parameters as Float64Array, loss));
    }),
    { numRuns: 60 },
  );
});

test('the gradient of the labelled-pair losses by every parameter agrees with finite differences', () => {
  const losses: PairLoss[] = [
    { kind: 'cosent', temperature: 0.3 },
    { kind: 'binary', temperature: 0.3, threshold: 0.2 },
  ];
  fc.assert(
    fc.property(shapes, fc.constantFrom(...losses), ({ seed, n, dim, rank, bias }, kind) => {
      const random = createRandom(seed);
      const linear = someLinear(random, dim, rank, bias);
      const batch = {
        left: unitRows(random, n, dim),
        right: unitRows(random, n, dim),
        labels: Uint8Array.from({ length: n }, () => random.below(2)),
      };
      const gradient = new Float64Array(linear.parameters.length);
      labelled(linear, batch, kind, gradient);
      const loss = () => labelled(linear, batch, kind, new Float64Array(gradient.length));
      expectClose(gradient, numeric(linear.parameters as Float64Array, loss));
    }),
    { numRuns: 60 },
  );
});

test('a loss adds to the gradient it is given', () => {
  const random = createRandom(3);
  const linear = someLinear(random, 3, 0, true);
  const batch = { left: unitRows(random, 4, 3), right: unitRows(random, 4, 3), labels: [1, 0, 1, 0] };
  const once = new Float64Array(linear.parameters.length);
  const twice = once.slice();
  const loss = { kind: 'cosent', temperature: 0.1 } as const;
  labelled(linear, batch, loss, once);
  labelled(linear, batch, loss, twice);
  labelled(linear, batch, loss, twice);
  expectClose(
    twice,
    once.map((value) => 2 * value),
  );
});

test('InfoNCE is ln(candidates) when all score alike, and falls to 0 as the right one stands out', () => {
  const level = new Float64Array(8);
  const gradient = new Float64Array(8);
  expect(infoNce(level, 4, [0, 1], new Uint8Array(8), 0.05, gradient)).toBeCloseTo(Math.log(4), 12);
  const clear = Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0]);
  expect(infoNce(clear, 4, [0, 1], new Uint8Array(8), 0.01, gradient)).toBeLessThan(1e-12);
});

test('CoSENT of labels of one kind is 0 and moves nothing', () => {
  const gradient = Float64Array.from([5, 5]);
  expect(coSent(Float64Array.from([0.1, 0.9]), [1, 1], 0.05, gradient)).toBe(0);
  expect([...gradient]).toEqual([0, 0]);
});
