import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cluster } from '../../src/site/cluster.ts';
import { ridge } from '../../src/site/ridge.ts';
import { shareOut } from '../../src/site/share.ts';

/** W from (X'X + λI) W = X'Y by Gaussian elimination. */
function byElimination(x: number[][], y: number[][], features: number, lambda: number): number[][] {
  const system = Array.from({ length: features }, (_, i) => [
    ...Array.from({ length: features }, (_, j) =>
      x.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? lambda : 0),
    ),
    ...y[0]!.map((_, c) => x.reduce((sum, row, r) => sum + row[i]! * y[r]![c]!, 0)),
  ]);
  for (let i = 0; i < features; i++) {
    const pivot = system[i]![i]!;
    system[i] = system[i]!.map((value) => value / pivot);
    for (let j = 0; j < features; j++) {
      if (j === i) continue;
      const factor = system[j]![i]!;
      system[j] = system[j]!.map((value, c) => value - factor * system[i]![c]!);
    }
  }
  return system.map((row) => row.slice(features));
}

const FEATURES = 5;
const DIM = 3;
const example = fc.record({
  columns: fc.uniqueArray(fc.nat(FEATURES - 1), { minLength: 1 }),
  weight: fc.double({ min: 0.2, max: 1, noNaN: true }),
  target: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: DIM, maxLength: DIM }),
});

test('ridge finds what solving the normal equations finds', () => {
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 12 }), (examples) => {
      const offsets = [0];
      for (const { columns } of examples) offsets.push(offsets.at(-1)! + columns.length);
      const sparse = {
        offsets: Uint32Array.from(offsets),
        columns: Uint32Array.from(examples.flatMap(({ columns }) => columns)),
        weights: Float32Array.from(examples.flatMap(({ columns, weight }) => columns.map((_, i) => weight / (i + 1)))),
      };
      const targets = Float32Array.from(examples.flatMap(({ target }) => target));
      const found = ridge(sparse, targets, FEATURES, DIM, { lambda: 0.5, steps: 25 });
      const dense = examples.map(({ columns, weight }) =>
        Array.from({ length: FEATURES }, (_, i) => (columns.includes(i) ? weight / (columns.indexOf(i) + 1) : 0)),
      );
      const wanted = byElimination(
        dense,
        examples.map(({ target }) => target),
        FEATURES,
        0.5,
      ).flat();
      for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-3);
    }),
  );
});

test('every row is in exactly one cell, and the nearest of two far groups are kept apart', () => {
  const rows = [
    [1, 0],
    [0.99, 0.14],
    [0, 1],
    [0.14, 0.99],
  ];
  expect(cluster(Float32Array.from(rows.flat()), 2, 2)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ noNaN: true, min: -1, max: 1 }), fc.double({ noNaN: true, min: -1, max: 1 })), {
        minLength: 1,
      }),
      fc.integer({ min: 1, max: 8 }),
      (list, k) => {
        const cells = cluster(Float32Array.from(list.flat()), 2, Math.min(k, list.length));
        expect(cells.flat().sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
        expect(cells.every((cell) => cell.length > 0)).toBe(true);
      },
    ),
  );
});

test('shared-out parts hold every item in order, none is empty, and there are no more than allowed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50)),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 9 }),
      (items, bytes, most) => {
        const parts = shareOut(items, (item) => item, { bytes, most });
        expect(parts.flat()).toEqual(items);
        expect(parts.every((part) => part.length > 0)).toBe(true);
        expect(parts.length).toBeLessThanOrEqual(most);
      },
    ),
  );
});
