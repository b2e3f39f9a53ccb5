import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topScores } from '../../src/kernels/topk.ts';
import { wordAt } from '../../src/search/known-words.ts';
import { createLexicon, type Lexicon } from '../../src/search/lexicon.ts';
import { buildPostings } from '../../src/search/postings.ts';

const postings = (texts: readonly (readonly string[])[]) =>
  buildPostings(texts, (terms) => terms.map((term) => ({ term, word: wordAt(term, 0, term.length) })));
const exactly = (term: string) => ({ alternatives: [{ term, weight: 1 }], telling: term !== 'd' });

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
    fc.property(
      batches,
      fc.array(fc.nat(40)),
      fc.array(fc.nat(40)),
      fc.uniqueArray(word),
      fc.nat(12),
      (added, killed, skipped, query, merged) => {
        const lexicon = createLexicon();
        for (const [i, batch] of added.entries()) {
          lexicon.add(postings(batch));
          if (i === merged) for (const _ of lexicon.merge());
        }
        const rows = added.flat();
        const dead = new Set(killed.filter((row) => row < rows.length));
        for (const row of killed) lexicon.kill(row);
        const isSkipped = (row: number) => dead.has(row) || skipped.includes(row);
        const skip = skipped.length > 0 ? Uint8Array.from(rows, (_, row) => Number(isSkipped(row))) : undefined;
        const { scores, whole, coverage, total, weights, best } = lexicon.ask(query.map(exactly), skip);
        expect(best(5)).toEqual(topScores(scores, 5).filter(({ score }) => score > 0));
        const expected = oracle(rows, dead, query);
        for (const row of rows.keys()) expect(Math.abs(scores[row]! - (expected.get(row) ?? 0))).toBeLessThan(1e-5);
        const counting = [...rows.keys()].filter((row) => !isSkipped(row));
        const wholly = counting.filter((row) => query.every((term) => rows[row]!.includes(term)));
        expect([...whole]).toEqual(query.length > 0 ? wholly : []);
        const sum = (terms: readonly string[]) =>
          query.reduce((all, term, i) => (terms.includes(term) ? all + weights[i]! : all), 0);
        expect(total).toBeCloseTo(sum(query), 5);
        const tells = query.filter((term) => term !== 'd');
        const most = Math.max(0, ...counting.map((row) => sum(tells.filter((term) => rows[row]!.includes(term)))));
        expect(coverage).toBeCloseTo(sum(tells) > 0 ? most / sum(tells) : 0, 5);
        expect(lexicon.live).toBe(rows.length - dead.size);
      },
    ),
  );
});

test('frequencies count live rows', () => {
  const lexicon = createLexicon();
  lexicon.add(postings([['a', 'a'], ['a', 'b'], ['b']]));
  expect(lexicon.frequency(lexicon.find('a'))).toBe(2);
  lexicon.kill(0);
  lexicon.kill(0);
  expect(lexicon.frequency(lexicon.find('a'))).toBe(1);
  expect(lexicon.live).toBe(2);
});

test('completions are the most frequent of all, however many rows hold them', () => {
  const times = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 250, max: 260 })), {
    maxLength: 9,
  });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 9 }), fc.nat(300), (counts, most, cut) => {
      const rows = Array.from({ length: 261 }, (_, row) => counts.flatMap((n, i) => (row < n ? [`a${i}`] : [])));
      const lexicon = createLexicon();
      for (const part of [rows.slice(0, cut), rows.slice(cut)]) lexicon.add(postings(part));
      const found = lexicon.completions('a', most);
      expect(new Set(found).size).toBe(found.length);
      const wanted = counts.toSorted((a, b) => b - a).slice(0, most);
      expect(found.map((id) => lexicon.frequency(id)).sort((a, b) => b - a)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

test('of a word that counts in part, score and what a row holds are that part', () => {
  const lexicon = createLexicon();
  lexicon.add(postings([['a', 'b'], ['b'], ['a', 'a']]));
  const ask = (share?: number) => {
    const { scores, total, weights } = lexicon.ask([{ ...exactly('a'), ...(share !== undefined && { share }) }]);
    return [...scores, total, ...weights];
  };
  const whole = ask();
  for (const [i, value] of ask(0.4).entries()) expect(value).toBeCloseTo(0.4 * whole[i]!, 6);
});

test('a row scores by the best of the alternatives, and all of them count as one word', () => {
  const lexicon = createLexicon();
  lexicon.add(postings([['cat'], ['cats'], ['cat', 'cats'], ['dog']]));
  const { scores, whole } = lexicon.ask([
    {
      alternatives: [
        { term: 'cat', weight: 1 },
        { term: 'cats', weight: 0.5 },
      ],
      telling: true,
    },
  ]);
  expect([...whole]).toEqual([0, 1, 2]);
  expect(scores[0]!).toBeGreaterThan(scores[2]!);
  expect(scores[1]! / scores[0]!).toBeCloseTo(0.5, 6);
  expect(scores[3]).toBe(0);
});

test('full parts and small ones, merged or not, are one index: the same scores, completions and neighbours as in one part', () => {
  const text = (row: number) => ['all', `every${row % 7}`, `row${row}`, ...(row % 3 ? ['third', 'third'] : [])];
  const rows = Array.from({ length: 9000 }, (_, row) => text(row));
  const whole = createLexicon();
  whole.add(postings(rows));
  const parted = createLexicon();
  const sizes = [5, 4096, 300, 300, 1, 1, 2500, 90, 700, 1007];
  for (let at = 0, i = 0; at < rows.length; at += sizes[i++]!) parted.add(postings(rows.slice(at, at + sizes[i]!)));
  for (const lexicon of [whole, parted]) for (const row of [0, 3, 4099, 8999]) lexicon.kill(row);
  const words = ['all', 'every3', 'third', 'row8500', 'nowhere'].map(exactly);
  const named = (lexicon: Lexicon, ids: readonly number[]) =>
    ids.map((id) => `${lexicon.termAt(id)} ${lexicon.frequency(id)}`).sort();
  const third = parted.find('third');
  const compare = () => {
    expect(parted.live).toBe(whole.live);
    expect(parted.postings).toBe(whole.postings);
    const [a, b] = [whole, parted].map((lexicon) => lexicon.ask(words)).map(({ scores }) => scores.slice());
    expect(b).toEqual(a);
    expect(named(parted, parted.completions('every', 10))).toEqual(named(whole, whole.completions('every', 10)));
    expect(parted.completions('row899', 50).length).toBe(whole.completions('row899', 50).length);
    expect(parted.neighbours('thrid', 1, 5)).toEqual([third]);
    expect(named(parted, [third])).toEqual([`third ${whole.frequency(whole.find('third'))}`]);
  };
  compare();
  expect([...parted.merge()].length).toBe(1);
  compare();
  expect([...parted.merge()]).toEqual([]);
  for (const lexicon of [whole, parted]) {
    lexicon.add(postings(Array.from({ length: 300 }, (_, row) => text(row))));
    lexicon.kill(9001);
  }
  compare();
});

test('merging leaves no part of more than 16,384 rows, and one that is broken off changes nothing', () => {
  const lexicon = createLexicon();
  const rows = (n: number) => postings(Array.from({ length: n }, (_, row) => ['every', `row${row % 50}`]));
  for (let i = 0; i < 9; i++) lexicon.add(rows(4096));
  const ask = () => lexicon.ask(['every', 'row7'].map(exactly)).scores.slice();
  const before = ask();
  const steps = lexicon.merge()[Symbol.iterator]();
  expect(steps.next().done).toBe(false);
  expect(ask()).toEqual(before);
  lexicon.kill(4103);
  lexicon.add(rows(1));
  expect(steps.next().done).toBe(true);
  const broken = ask();
  expect(broken.length).toBe(9 * 4096 + 1);
  expect(broken[4103]).toBe(0);
  expect([...lexicon.merge()].length).toBe(3);
  expect(ask()).toEqual(broken);
});
