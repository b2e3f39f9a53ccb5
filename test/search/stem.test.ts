import fc from 'fast-check';
import { expect, test } from 'vitest';
import porter2 from 'wink-porter2-stemmer';
import { stem } from '../../src/search/stem.ts';

const words = (list: string) => list.split(' ');

/** Beginnings, syllables and every suffix that a step knows. */
const PARTS = words(
  'a e i o u y b c d l n s t g r w x m h k z at bl iz st sk out inn cann herr earr proc exc succ gener commun arsen ' +
    'ed eed edly eedly ing ingly ied ies sses us ss s ll ily ational ization fulness ousness iveness tional biliti lessli ' +
    'iviti ousli ation entli alism aliti fulli alli ator izer enci anci abli bli logi ogi li alize icate iciti ative ical ' +
    'ness ful ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic',
);

test('stems are those that every stored index was made with', () => {
  const word = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(word, (text) => {
      expect(stem(text)).toBe(porter2(text));
    }),
    { numRuns: 20_000 },
  );
});

test('exceptions keep their stems', () => {
  for (const word of words(
    'skis skies dying lying tying idly gently ugly early only singly sky news atlas cosmos bias andes innings inning ' +
      'outing canning herring proceed exceed succeed earrings general generate communism arsenal arsenic ties cries gas ' +
      'this kiwis gaps gener commun arsen yes boys say saying youth enjoyable playfully',
  )) {
    expect(stem(word)).toBe(porter2(word));
  }
});

test('a word with a digit or a letter of another alphabet stays as it is', () => {
  for (const word of ['h2os', 'naïves', 'словами', 'c++', '']) expect(stem(word)).toBe(word);
});
