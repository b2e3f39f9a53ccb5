import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dot } from '../../src/kernels/dot.ts';
import { normalise } from '../../src/kernels/normalise.ts';

const value = fc.float({ noNaN: true, min: -1, max: 1 });

test('dot is the float64 dot product to within float32 rounding, at any place in a block', () => {
  const input = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20 }))
    .chain(([dim, at]) =>
      fc.tuple(
        fc.constant(at),
        fc.float32Array({ minLength: dim, maxLength: dim, min: -1, max: 1, noNaN: true }),
        fc.float32Array({ minLength: dim + at, maxLength: dim + at, min: -1, max: 1, noNaN: true }),
      ),
    );
  fc.assert(
    fc.property(input, ([at, query, block]) => {
      let exact = 0;
      let size = 0;
      query.forEach((q, i) => {
        exact += q * block[at + i]!;
        size += Math.abs(q * block[at + i]!);
      });
      // At most 25 additions into one of the sixteen sums, 4 to join them, 1 product: 30 roundings of 2^-24 each.
      expect(Math.abs(dot(query, block, at) - exact)).toBeLessThanOrEqual(size * 30 * 2 ** -24 + 400 * 2 ** -149);
    }),
  );
});

test('normalise gives every row length 1 and keeps its direction', () => {
  const rows = fc
    .integer({ min: 1, max: 50 })
    .chain((dim) =>
      fc.tuple(fc.constant(dim), fc.array(fc.array(value, { minLength: dim, maxLength: dim }), { maxLength: 8 })),
    );
  fc.assert(
    fc.property(rows, ([dim, values]) => {
      const block = normalise(Float32Array.from(values.flat()), dim);
      values.forEach((row, r) => {
        const length = Math.hypot(...row);
        row.forEach((v, i) => {
          expect(Math.abs(block[r * dim + i]! - (length > 0 ? v / length : 0))).toBeLessThanOrEqual(1e-6);
        });
      });
    }),
  );
});

test('normalise turns a row without direction into zeros and leaves its neighbours alone', () => {
  expect([...normalise(Float32Array.of(0, 0, 3, 4, Infinity, 1, Number.NaN, 1), 2)]).toEqual(
    [0, 0, 0.6, 0.8, 0, 0, 0, 0].map(Math.fround),
  );
});
