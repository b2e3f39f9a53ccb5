import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binaryFormat, decodeSource } from '../../src/read/decode.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
/** 「个体工商户可以起字号。」 in GB18030. */
const GB = bytes(
  ...[0xb8, 0xf6, 0xcc, 0xe5, 0xb9, 0xa4, 0xc9, 0xcc, 0xbb, 0xa7, 0xbf, 0xc9, 0xd2, 0xd4, 0xc6, 0xf0],
  ...[0xd7, 0xd6, 0xba, 0xc5, 0xa1, 0xa3],
);

test('any text comes back from UTF-8, with or without a byte order mark', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      if (text.startsWith('\ufeff')) return;
      expect(decodeSource(new TextEncoder().encode(text))).toBe(text);
      expect(decodeSource(new TextEncoder().encode(`\ufeff${text}`))).toBe(text);
    }),
  );
});

test('UTF-16 is read by its byte order mark, either order', () => {
  expect(decodeSource(bytes(0xff, 0xfe, 0x2d, 0x4e, 0x61, 0x00))).toBe('中a');
  expect(decodeSource(bytes(0xfe, 0xff, 0x4e, 0x2d, 0x00, 0x61))).toBe('中a');
});

test('Chinese that is not UTF-8 is read as GB18030', () => {
  expect(decodeSource(GB)).toBe('个体工商户可以起字号。');
});

test('Traditional Chinese that is not UTF-8 is read as Big5, by the characters that come of it', () => {
  // 「商標是不能在這個國家用的，你可以說的是法」 in Big5.
  const big5 = bytes(
    ...[0xb0, 0xd3, 0xbc, 0xd0, 0xac, 0x4f, 0xa4, 0xa3, 0xaf, 0xe0, 0xa6, 0x62, 0xb3, 0x6f, 0xad, 0xd3, 0xb0, 0xea],
    ...[0xae, 0x61, 0xa5, 0xce, 0xaa, 0xba, 0xa1, 0x41, 0xa7, 0x41, 0xa5, 0x69, 0xa5, 0x48, 0xbb, 0xa1, 0xaa, 0xba],
    ...[0xac, 0x4f, 0xaa, 0x6b],
  );
  expect(decodeSource(big5)).toBe('商標是不能在這個國家用的，你可以說的是法');
});

test('western text that is not UTF-8 is read as windows-1252', () => {
  expect(decodeSource(bytes(0x93, 0x61, 0x92, 0x73, 0x94, 0x20, 0x96, 0x20, 0x35, 0x20, 0x80))).toBe('“a’s” – 5 €');
  expect(decodeSource(bytes(0x63, 0x61, 0x66, 0xe9, 0x20, 0xab, 0x61, 0xbb))).toBe('café «a»');
  expect(decodeSource(bytes(0xe9, 0x74, 0xe9, 0x20, 0x6e, 0x61, 0xef, 0x76, 0x65))).toBe('été naïve');
});

test('a few bad bytes do not turn a UTF-8 file into another encoding', () => {
  const text = new TextEncoder().encode('个体工商户可以起字号。'.repeat(20));
  text[100] = 0xff;
  expect(decodeSource(text).startsWith('个体工商户可以起字号。')).toBe(true);
  expect(decodeSource(text)).toContain('\ufffd');
});

test('a page that names its charset is read in it', () => {
  const head = new TextEncoder().encode('<meta charset="big5"><p>');
  expect(decodeSource(Uint8Array.from([...head, 0xa4, 0xa4, 0xa4, 0xe5]))).toBe('<meta charset="big5"><p>中文');
});

test('any bytes decode to something', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (array) => typeof decodeSource(Uint8Array.from(array)) === 'string'),
  );
});

test('binary files are known by their first bytes, by zero bytes or by their control characters', () => {
  expect(binaryFormat(bytes(0x89, 0x50, 0x4e, 0x47))).toBe('a PNG image');
  expect(binaryFormat(bytes(0x61, 0x00, 0x62))).toMatch(/zero bytes/);
  expect(binaryFormat(bytes(1, 2, 3, 0x61))).toMatch(/control characters/);
  const drawing =
    '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"><text>port</text></svg>';
  expect(binaryFormat(new TextEncoder().encode(drawing))).toBe('an SVG drawing');
  expect(binaryFormat(new TextEncoder().encode('An <svg> element draws.'))).toBeUndefined();
  expect(binaryFormat(GB)).toBeUndefined();
  expect(binaryFormat(bytes())).toBeUndefined();
  expect(binaryFormat(bytes(0xff, 0xfe, 0x61, 0x00))).toBeUndefined();
});
