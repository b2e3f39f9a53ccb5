import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLexicon } from '../../src/search/lexicon.ts';

/** BM25 by the book, over live rows only. */
function oracle(rows: readonly (readonly string[])[], dead: ReadonlySet<number>, query: readonly string[]) {
  const [k1, b] = [1.2, 0.75];
  const live = rows.map((_, row) => row).filter((row) => !dead.has(row));
  const mean = live.reduce((sum, row) => sum + rows[row]!.length, 0) / live.length;
  const scores = new Map<number, number>();
  for (const term of query) {
    const counts = new Map(live.map((row) => [row, rows[row]!.filter((one) => one === term).length] as const));
    const df = [...counts.values()].filter((count) => count > 0).length;
    const idf = Math.log(1 + (live.length - df + 0.5) / (df + 0.5));
    for (const [row, tf] of counts) {
      if (tf === 0) continue;
      const part = (idf * tf) / (tf + k1 * (1 - b + (b * rows[row]!.length) / mean));
      scores.set(row, (scores.get(row) ?? 0) + part);
    }
  }
  return scores;
}

const word = fc.constantFrom('a', 'b', 'c', 'd');
const document = fc.array(word, { minLength: 1, maxLength: 6 });
const batches = fc.array(fc.array(document, { maxLength: 4 }), { minLength: 1, maxLength: 12 });

test('scores are those of a plain BM25 over the live rows, however the rows came', () => {
  fc.assert(
    fc.property(batches, fc.array(fc.nat(40)), fc.uniqueArray(word), (added, killed, query) => {
      const lexicon = createLexicon();
      for (const batch of added) lexicon.add(batch);
      const rows = added.flat();
      const dead = new Set(killed.filter((row) => row < rows.length));
      for (const row of killed) lexicon.kill(row);
      const scores = new Float32Array(rows.length);
      for (const term of query) lexicon.score([{ term, weight: 1 }], scores);
      const expected = oracle(rows, dead, query);
      for (const row of rows.keys()) expect(Math.abs(scores[row]! - (expected.get(row) ?? 0))).toBeLessThan(1e-5);
      expect(lexicon.live).toBe(rows.length - dead.size);
    }),
  );
});

test('frequencies count live rows', () => {
  const lexicon = createLexicon();
  lexicon.add([['a', 'a'], ['a', 'b'], ['b']]);
  expect(lexicon.frequency('a')).toBe(2);
  lexicon.kill(0);
  lexicon.kill(0);
  expect(lexicon.frequency('a')).toBe(1);
  expect(lexicon.live).toBe(2);
});

test('a row scores by the best of the alternatives, and all of them count as one word', () => {
  const lexicon = createLexicon();
  lexicon.add([['cat'], ['cats'], ['cat', 'cats'], ['dog']]);
  const scores = new Float32Array(4);
  const touched = lexicon.score(
    [
      { term: 'cat', weight: 1 },
      { term: 'cats', weight: 0.5 },
    ],
    scores,
  );
  expect([...touched].sort()).toEqual([0, 1, 2]);
  expect(scores[0]!).toBeGreaterThan(scores[2]!);
  expect(scores[1]! / scores[0]!).toBeCloseTo(0.5, 6);
  expect(scores[3]).toBe(0);
});
