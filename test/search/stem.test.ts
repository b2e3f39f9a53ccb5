/// <reference path="../../src/search/untyped-packages.d.ts" />
import fc from 'fast-check';
import { expect, test } from 'vitest';
import porter2 from 'wink-porter2-stemmer';
import { stem } from '../../src/search/stem.ts';

test('forms of a word have one stem', () => {
  expect(['connect', 'connected', 'connecting', 'connections'].map(stem)).toEqual(Array(4).fill('connect'));
  expect(['skies', 'dying', 'news', 'generously', 'is', 'by'].map(stem)).toEqual([
    'sky',
    'die',
    'news',
    'generous',
    'is',
    'by',
  ]);
});

test('a word with a digit or a letter of another alphabet stays as it is', () => {
  for (const word of ['h2os', 'naïves', 'словами', 'c++', '']) expect(stem(word)).toBe(word);
});

test('a stem is the one of Porter2, whatever a word ends in', () => {
  const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz');
  const begin = fc.string({ unit: letter, minLength: 1, maxLength: 6 });
  const ends = ['ogi', 'bli', 'ator', 'izer', 'alism', 'fulness', 'ement', 'ant', 'eedly', 'ies', 'tt', 'ell', 'full'];
  const end = fc.oneof(fc.constantFrom(...ends), fc.string({ unit: letter, minLength: 2, maxLength: 4 }));
  fc.assert(
    fc.property(begin, end, (first, last) => {
      expect(stem(first + last)).toBe(porter2(first + last));
    }),
    { numRuns: 3000 },
  );
});
