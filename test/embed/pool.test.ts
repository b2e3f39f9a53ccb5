import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalise, pool } from '../../src/embed/pool.ts';

const value = fc.float({ min: -100, max: 100, noNaN: true });
const tokens = fc.integer({ min: 1, max: 8 }).chain((dim) =>
  fc.record({
    dim: fc.constant(dim),
    rows: fc.array(fc.array(value, { minLength: dim, maxLength: dim }), { minLength: 1, maxLength: 6 }),
  }),
);

test('a pooled vector has length 1, or 0 where all is zero', () => {
  fc.assert(
    fc.property(tokens, fc.constantFrom('cls' as const, 'mean' as const), ({ dim, rows }, pooling) => {
      const out = new Float32Array(dim);
      pool(pooling, Float32Array.from(rows.flat()), out);
      const length = Math.hypot(...out);
      expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true);
    }),
  );
});

test('cls points where the first token points, mean where the mean of all tokens points', () => {
  fc.assert(
    fc.property(tokens, ({ dim, rows }) => {
      const flat = Float32Array.from(rows.flat());
      const mean = Float32Array.from({ length: dim }, (_, j) => rows.reduce((s, row) => s + row[j]!, 0) / rows.length);
      for (const [pooling, expected] of [
        ['cls', flat.slice(0, dim)],
        ['mean', mean],
      ] as const) {
        fc.pre(Math.hypot(...expected) > 1e-2);
        const out = new Float32Array(dim);
        pool(pooling, flat, out);
        normalise(expected);
        for (let j = 0; j < dim; j++) expect(Math.abs(out[j]! - expected[j]!)).toBeLessThan(1e-3);
      }
    }),
  );
});
