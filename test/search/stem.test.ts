import { expect, test } from 'vitest';
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
