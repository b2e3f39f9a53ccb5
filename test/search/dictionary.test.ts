import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dictionary } from '../../src/search/dictionary.ts';
import { SortedStrings } from '../../src/search/sorted-strings.ts';

/** A part: its terms, and how many rows hold each. */
type Terms = ReadonlyMap<string, number>;

const word = fc.string({ unit: fc.constantFrom('a', 'b', '战', '𠮷'), minLength: 1, maxLength: 4 });
const part = fc
  .array(fc.tuple(word, fc.integer({ min: 1, max: 9 })), { maxLength: 12 })
  .map((terms): Terms => new Map(terms));
/** Parts that come, and how many become one then, if there are as many: so far before the last. */
const steps = fc.array(fc.tuple(part, fc.integer({ min: 0, max: 4 }), fc.nat(3)), { minLength: 1, maxLength: 12 });

function listOf(terms: Terms): [SortedStrings, Uint32Array] {
  const sorted = [...terms.keys()].sort();
  const offsets = new Uint32Array(sorted.length + 1);
  for (const [t, term] of sorted.entries()) offsets[t + 1] = offsets[t]! + terms.get(term)!;
  return [new SortedStrings(sorted.join('\n')), offsets];
}

function joined(parts: readonly Terms[]): Terms {
  const all = new Map<string, number>();
  for (const terms of parts) for (const [term, rows] of terms) all.set(term, (all.get(term) ?? 0) + rows);
  return all;
}

/** Parts that hold a term, and where its list is in each, from the last to the first. */
function placesOf(dictionary: Dictionary, id: number): [number, number, number][] {
  const places: [number, number, number][] = [];
  dictionary.eachPart(id, (...place) => places.push(place));
  return places;
}

test('a term has one number, and under it every part that holds it, whatever parts became one', () => {
  fc.assert(
    fc.property(steps, word, (added, stranger) => {
      const dictionary = new Dictionary();
      const parts: Terms[] = [];
      /** The number of each term of each part. */
      const numbers: Uint32Array[] = [];
      const ids = new Map<string, number>();
      for (const [terms, together, before] of added) {
        parts.push(terms);
        numbers.push(dictionary.push(...listOf(terms)));
        const from = parts.length - together - before;
        if (together > 1 && from >= 0) {
          const one = joined(parts.slice(from, from + together));
          parts.splice(from, together, one);
          numbers.splice(from, together, dictionary.join(from, together, ...listOf(one)));
        }
        for (const term of joined(parts).keys()) {
          const id = dictionary.find(term);
          expect(id).toBe(ids.get(term) ?? id);
          ids.set(term, id);
        }
      }
      const all = joined(parts);
      expect(dictionary.size).toBe(all.size);
      expect(dictionary.find(stranger) >= 0).toBe(all.has(stranger));
      for (const [i, ids] of numbers.entries()) expect([...dictionary.termsIn(i, ids)]).toEqual([...ids.keys()]);
      for (const [term, rows] of all) {
        const id = dictionary.find(term);
        expect(dictionary.textOf(id)).toBe(term);
        expect(dictionary.span(id)).toBe(rows);
        const holding = parts.flatMap((terms, i) => {
          const t = [...terms.keys()].sort().indexOf(term);
          if (t < 0) return [];
          expect(numbers[i]![t]).toBe(id);
          const [, offsets] = listOf(terms);
          return [[i, offsets[t], offsets[t + 1]]];
        });
        expect(placesOf(dictionary, id)).toEqual(holding.reverse());
      }
    }),
  );
});

test('tables grow with the terms', () => {
  const dictionary = new Dictionary();
  const terms = (from: number, to: number) => new Map(Array.from({ length: to - from }, (_, i) => [`t${from + i}`, 1]));
  for (const [from, to] of [
    [0, 900],
    [500, 5000],
    [4000, 40_000],
  ] as const)
    dictionary.push(...listOf(terms(from, to)));
  expect(dictionary.size).toBe(40_000);
  for (let i = 0; i < 40_000; i += 7) expect(dictionary.textOf(dictionary.find(`t${i}`))).toBe(`t${i}`);
  expect(dictionary.span(dictionary.find('t4500'))).toBe(2);
});
