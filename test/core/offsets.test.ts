import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineAt, sourceOffset } from '../../src/core/offsets.ts';

test('between two pairs text and source advance alike, and never past the next pair', () => {
  const origin = Uint32Array.from([0, 2, 4, 6, 5, 20]);
  expect([0, 3, 4, 5, 7].map((offset) => sourceOffset(origin, offset))).toEqual([2, 5, 6, 20, 22]);
  expect(sourceOffset(Uint32Array.from([0, 0, 3, 1]), 2)).toBe(1);
});

test('without pairs, and before the first, an offset is its own', () => {
  expect(sourceOffset(new Uint32Array(), 7)).toBe(7);
  expect(sourceOffset(Uint32Array.from([5, 9]), 4)).toBe(4);
});

test('it is the same as walking the pairs one by one', () => {
  const pairs = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { maxLength: 20 });
  fc.assert(
    fc.property(pairs, fc.nat(120), (steps, offset) => {
      const origin: number[] = [];
      let text = 0;
      let source = 0;
      for (const [t, s] of steps) {
        text += t;
        source += s;
        origin.push(text, source);
      }
      let expected = offset;
      for (let i = 0; i < origin.length; i += 2) {
        if (origin[i]! > offset) break;
        expected = Math.min(origin[i + 1]! + offset - origin[i]!, origin[i + 3] ?? Number.POSITIVE_INFINITY);
      }
      expect(sourceOffset(Uint32Array.from(origin), offset)).toBe(expected);
    }),
  );
});

test('lines end at \\n, \\r\\n and a lone \\r', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((offset) => lineAt('a\nb\r\nc\rd', offset))).toEqual([1, 1, 2, 2, 2, 3, 3]);
  expect(lineAt('a\rb', 2)).toBe(2);
  expect(lineAt('', 0)).toBe(1);
});
