import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addProduct, addProductTransposed, addTransposedProduct } from '../../src/adapt/matrix.ts';

const shape = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 21 })), fc.integer());
const few = (seed: number, length: number) =>
  Float64Array.from({ length }, (_, i) => ((Math.imul(seed + i * 7919, 0x9e3779b1) >>> 20) % 9) - 4);
const transpose = (a: Float64Array, rows: number, columns: number) =>
  Float64Array.from(a, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);

/** One value at a time, as the definition says. */
function byDefinition(out: Float64Array, a: Float64Array, b: Float64Array, k: number, m: number) {
  return out.map((value, at) => {
    let sum = value;
    for (let p = 0; p < k; p++) sum += a[Math.floor(at / m) * k + p]! * b[p * m + (at % m)]!;
    return sum;
  });
}

test('the three products agree with the definition, and add to what is there', () => {
  fc.assert(
    fc.property(shape, ([n, k, m, seed]) => {
      const [a, b, start] = [few(seed!, n! * k!), few(seed! + 1, k! * m!), few(seed! + 2, n! * m!)];
      const expected = byDefinition(start, a, b, k!, m!);
      const [plain, right, left] = [start.slice(), start.slice(), start.slice()];
      addProduct(plain, a, b, n!, k!, m!);
      addProductTransposed(right, a, transpose(b, k!, m!), n!, k!, m!);
      addTransposedProduct(left, transpose(a, n!, k!), b, k!, n!, m!);
      expect([plain, right, left]).toEqual([expected, expected, expected]);

      // Small whole numbers: float32 has no rounding to differ in.
      const single = (block: Float64Array) => Float32Array.from(block);
      const [plain32, right32, left32] = [start, start, start].map(single);
      addProduct(plain32!, single(a), single(b), n!, k!, m!);
      addProductTransposed(right32!, single(a), single(transpose(b, k!, m!)), n!, k!, m!);
      addTransposedProduct(left32!, single(transpose(a, n!, k!)), single(b), k!, n!, m!);
      for (const found of [plain32, right32, left32]) expect(found).toEqual(single(expected));
    }),
  );
});
