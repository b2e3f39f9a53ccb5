import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edits } from '../../src/search/typo.ts';

/** The definition, by recursion on the last letters. */
function oracle(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return Math.min(
    oracle(a.slice(0, -1), b) + 1,
    oracle(a, b.slice(0, -1)) + 1,
    oracle(a.slice(0, -1), b.slice(0, -1)) + same,
    swapped ? oracle(a.slice(0, -2), b.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  );
}

test('edits are counted as the definition says, up to the limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, limit) => {
      expect(edits(a, b, limit)).toBe(Math.min(oracle(a, b), limit + 1));
    }),
  );
});
