import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksum } from '../../src/store/checksum.ts';

const ascii = (text: string) => new TextEncoder().encode(text);
const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i % 256);

/** From the reference implementation (xxHash 0.8, through its Python binding). */
test.each([
  [ascii(''), 0, 0x02cc5d05],
  [ascii('a'), 0, 0x550d7456],
  [ascii('abc'), 0, 0x32d153ff],
  [ascii('Nobody inspects the spammish repetition'), 0, 0xe2293b2f],
  [ascii('abc'), 0x9e3779b1, 0xa1ae7709],
  [counting(1000), 0, 0xfacc21a4],
  [counting(1003), 0x9e3779b1, 0xc60df18d],
])('is xxHash32 (case %#)', (bytes, seed, expected) => {
  expect(checksum(bytes, seed)).toBe(expected);
});

test('does not depend on where in memory the bytes lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 0, max: 7 }), (bytes, offset) => {
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      expect(checksum(moved.subarray(offset))).toBe(checksum(bytes));
    }),
  );
});

test('sees every change within one word', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 70 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, flip) => {
        const damaged = bytes.slice();
        damaged[at % bytes.length]! ^= flip;
        expect(checksum(damaged)).not.toBe(checksum(bytes));
      },
    ),
  );
});
