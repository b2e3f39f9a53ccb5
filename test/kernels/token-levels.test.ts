import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalise } from '../../src/kernels/normalise.ts';
import { meanOfTokens, quantiseTokens, restoreTokens } from '../../src/kernels/token-levels.ts';

test('the mean of a passage’s vectors is that of the restored ones, made length 1; of none, zeros', () => {
  const shape = fc.tuple(fc.constantFrom(4, 33, 128, 384), fc.nat(6));
  fc.assert(
    fc.property(
      shape.chain(([dim, n]) =>
        fc.tuple(
          fc.constant(dim),
          fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n * dim, maxLength: n * dim }),
        ),
      ),
      ([dim, values]) => {
        const levels = quantiseTokens(Float32Array.from(values), dim);
        const expected = new Float32Array(dim);
        for (const [i, value] of restoreTokens(levels, dim).entries()) expected[i % dim]! += value;
        // Where the vectors cancel out, their mean has no direction to compare.
        if (Math.hypot(...expected) < 1e-3 && values.length > 0) return;
        const mean = meanOfTokens(levels, dim);
        for (const [i, value] of normalise(expected).entries()) expect(Math.abs(mean[i]! - value)).toBeLessThan(1e-4);
      },
    ),
  );
});
