import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TermScorer } from '../../src/kernels/term-scorer.ts';
import { edits, outlineOf } from '../../src/search/typo.ts';

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

test('no word within the limit is passed over by its outline', () => {
  const scorer = new TermScorer();
  const mayBeNear = (a: number, b: number, limit: number) => scorer.near(Uint32Array.of(b), 1, a, limit).length === 1;
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'z', 'é', '9', '猫'), maxLength: 70 });
  const edit = fc.tuple(fc.nat(), fc.constantFrom('', 'a', 'q', 'z'), fc.boolean());
  fc.assert(
    fc.property(word, fc.array(edit, { maxLength: 3 }), (from, changes) => {
      let to = from;
      for (const [at, letter, removes] of changes) {
        const i = at % (to.length + 1);
        to = to.slice(0, i) + letter + to.slice(removes ? i + 1 : i);
      }
      expect(mayBeNear(outlineOf(from), outlineOf(to), changes.length)).toBe(true);
    }),
  );
  expect(mayBeNear(outlineOf('search'), outlineOf('browser'), 2)).toBe(false);
});
