import { expect, test } from 'vitest';
import { bytes, count, fileName, fraction, matchedWords, milliseconds, pageOf } from '../../src/ui/format.ts';

test.each([
  [7, '7'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('the count %d reads as %s', (value, said) => expect(count(value)).toBe(said));

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1_400, '1.4 KB'],
  [9_960, '10 KB'],
  [999_600, '1.0 MB'],
  [37_200_000, '37 MB'],
  [5_300_000_000, '5.3 GB'],
])('%d bytes read as %s', (count, said) => expect(bytes(count)).toBe(said));

test.each([
  [0.814, '.81'],
  [0, '.00'],
  [1, '1.0'],
  [0.999, '1.0'],
  [-0.05, '−.05'],
  [-0.001, '.00'],
])('the fraction %d reads as %s', (value, said) => expect(fraction(value)).toBe(said));

test.each([
  [0.42, '0.4 ms'],
  [23.4, '23 ms'],
  [999.6, '1.0 s'],
  [1234, '1.2 s'],
])('%d milliseconds read as %s', (value, said) => expect(milliseconds(value)).toBe(said));

test('a matched word is said once, however many reasons name it', () => {
  const words = (matched: string[]) => ({ kind: 'words', matched, score: 1 }) as const;
  expect(
    matchedWords([words(['props', 'emits']), { kind: 'meaning', cosine: 0.8, score: 1 }, words(['emits'])]),
  ).toEqual(['props', 'emits']);
});

test('the file name is the last part of a path', () => {
  expect(fileName('guide/props.md')).toBe('props.md');
  expect(fileName('notes.txt')).toBe('notes.txt');
});

test('an anchor of a paged document names its page, any other does not', () => {
  expect(pageOf('page=14')).toBe(14);
  expect(pageOf('chapter-2')).toBeUndefined();
  expect(pageOf(undefined)).toBeUndefined();
});
