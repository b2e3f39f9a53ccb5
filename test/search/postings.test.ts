import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyse } from '../../src/search/analyse.ts';
import { buildPostings, mergePostings, type Postings } from '../../src/search/postings.ts';
import { decodePostings, encodePostings } from '../../src/search/postings-block.ts';
import { SortedStrings, sortByText } from '../../src/search/sorted-strings.ts';

/** Postings as anyone would write them: each term with its rows and counts, each word with its term. */
function plainly({ lengths, terms, offsets, rows, counts, words, wordTerms }: Postings) {
  const lists = Array.from({ length: terms.size }, (_, t) => [
    terms.at(t),
    [...rows.subarray(offsets[t], offsets[t + 1])],
    [...counts.subarray(offsets[t], offsets[t + 1])],
  ]);
  return { lengths: [...lengths], lists, words: [...wordTerms].map((t, w) => [words.at(w), terms.at(t)]) };
}

const asGiven = <T>(terms: readonly T[]) => terms;

const text = fc.array(
  fc.oneof(
    fc.constantFrom('cats', 'cat', 'running', 'v-model', 'naïve', '战国无双', '𠮷野家', 'ﬁles', 'C++', '3.5', 'ＶＵＥ'),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  ),
  { maxLength: 30 },
);
const texts = fc.array(
  text.map((words) => analyse(words.join(' '))),
  { maxLength: 12 },
);

test('postings hold each term of each row with its count, in order', () => {
  fc.assert(
    fc.property(texts, (rows) => {
      const { lists, lengths, words } = plainly(buildPostings(rows, asGiven));
      expect(lengths).toEqual(rows.map(({ length }) => length));
      const terms = [...new Set(rows.flat().map(({ term }) => term))].sort();
      expect(lists).toEqual(
        terms.map((term) => {
          const counts = rows.map((row) => row.filter((one) => one.term === term).length);
          return [term, [...counts.keys()].filter((row) => counts[row]! > 0), counts.filter((count) => count > 0)];
        }),
      );
      const known = new Map(
        rows.flat().flatMap(({ word, term }) => (word === undefined ? [] : [[word.text, term] as const])),
      );
      expect(words).toEqual([...known].sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
  );
});

test('a stored block gives the postings back, and merged parts are those of all texts together', () => {
  fc.assert(
    fc.property(texts, fc.nat(12), (rows, cut) => {
      const whole = buildPostings(rows, asGiven);
      expect(plainly(decodePostings(encodePostings(whole)))).toEqual(plainly(whole));
      const merged = mergePostings([
        buildPostings(rows.slice(0, cut), asGiven),
        buildPostings(rows.slice(cut), asGiven),
      ]);
      expect(plainly(merged)).toEqual(plainly(whole));
    }),
  );
});

test('a term that stands more than 255 times counts 255; rows far apart keep their numbers', () => {
  const rows = Array.from({ length: 5000 }, (_, row) => (row % 4999 === 0 ? Array(300).fill({ term: 'x' }) : []));
  const { lists } = plainly(decodePostings(encodePostings(buildPostings(rows, asGiven))));
  expect(lists).toEqual([['x', [0, 4999], [255, 255]]]);
});

test('sorted strings find what is there, where it would be, and what begins with it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ý', 'þ', '战', '𠮷'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.uniqueArray(word), word, (words, wanted) => {
      words.sort();
      const strings = new SortedStrings(words.join('\n'));
      expect(Array.from({ length: strings.size }, (_, i) => strings.at(i))).toEqual(words);

      expect(strings.from(wanted)).toBe(words.filter((one) => one < wanted).length);
      const [from, to] = strings.begunBy(wanted);
      expect(words.slice(from, to)).toEqual(words.filter((one) => one.startsWith(wanted)));
    }),
  );
});

test('sorted lists as one hold every string once, in order, and say where each of theirs is', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ý', 'þ', '战', '𠮷'), minLength: 1, maxLength: 9 });
  const long = fc.tuple(fc.constantFrom('', 'ababab', 'aþaþaþ'), word).map(([begin, end]) => begin + end);
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(long), { minLength: 1, maxLength: 5 }), (lists) => {
      for (const words of lists) words.sort();
      const { merged, places } = SortedStrings.merge(lists.map((words) => new SortedStrings(words.join('\n'))));
      const all = Array.from({ length: merged.size }, (_, i) => merged.at(i));
      expect(all).toEqual([...new Set(lists.flat())].sort());
      expect(places.map((some) => [...some].map((place) => all[place]))).toEqual(lists);
    }),
  );
});

test('items in order of their texts are in the order of UTF-16 units', () => {
  const unit = fc.constantFrom('a', 'b', 'é', 'ý', 'þ', 'ÿ', 'Ā', '战', '戙', '𠮷', '\u{10000}', '\uffff');
  const word = fc.string({ unit, minLength: 1, maxLength: 9 });
  const long = fc.tuple(fc.constantFrom('', 'ababa', '战a'), word).map(([begin, end]) => begin + end);
  fc.assert(
    fc.property(fc.uniqueArray(long, { maxLength: 40 }), (texts) => {
      const items = texts.map((text) => ({ text }));
      expect(sortByText(items, ({ text }) => text).map(({ text }) => text)).toEqual(texts.toSorted());
    }),
  );
});
