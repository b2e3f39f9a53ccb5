import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Hit } from '../../src/core/answer.ts';
import type { Encoder } from '../../src/core/encoder.ts';
import { type TokenMatrix, tokenBytes, tokenRows } from '../../src/core/tokens.ts';
import type { Chunk, ModelCard, ModelKey } from '../../src/core/types.ts';
import { quantiseTokens } from '../../src/kernels/token-levels.ts';
import { nearestVectors } from '../../src/search/nearest-vectors.ts';
import { tokensOf } from '../../src/search/query-words.ts';
import { createReranker, type StoredTokens } from '../../src/search/rerank.ts';

const DIM = 4;

/** One token a word, its vector one of the axes: `a`, `b`, `c`, `d`; other words are nothing. */
const axis = (word: string) => Array.from({ length: DIM }, (_, i) => ('abcd'[i] === word ? 1 : 0));
const wordsOf = (text: string): TokenMatrix => ({ dim: DIM, rows: Float32Array.from(text.split(' ').flatMap(axis)) });
const levelsOf = (text: string) => quantiseTokens(wordsOf(text).rows, DIM);

test('the words of a text are of length 1, without marks and instruction', () => {
  const values = Float32Array.from([9, 9, 9, 9, 0, 3, 0, 0, 2, 0, 0, 0, 9, 9, 9, 9]);
  const tokens = { values, offsets: Uint32Array.of(0, 4), ids: new Int32Array(4) };
  const embeddings = { rows: 1, dim: DIM, dense: new Float32Array(DIM), tokens };
  expect([...tokensOf(embeddings, 0).rows]).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  expect([...tokensOf(embeddings, 0, 1).rows]).toEqual([1, 0, 0, 0]);
  expect([...tokensOf(embeddings, 0, 7).rows]).toEqual([]);
  expect(() => tokensOf({ rows: 1, dim: DIM, dense: new Float32Array(DIM) }, 0)).toThrow(/tokens: true/);
});

const card = {
  id: 'toy',
  key: 'toy@1' as ModelKey,
  languages: ['en'] as const,
} as unknown as ModelCard;

/** Passages whose text begins with `stored` have token vectors in the store. */
function reranker(kept?: number) {
  const encoded: string[] = [];
  const read: string[] = [];
  const encoder = {
    embed: async (_: string, _role: string, texts: readonly string[]) => {
      encoded.push(...texts);
      return { rows: 0, dim: DIM, dense: new Float32Array(0), pooled: tokenRows(texts.map(levelsOf)) };
    },
  } as unknown as Encoder;
  const stored: StoredTokens = async (passages) =>
    passages.map(({ text }) => {
      read.push(text);
      return text.startsWith('stored') ? levelsOf(text) : undefined;
    });
  return { encoded, read, ...createReranker(encoder, stored, kept) };
}
const hit = (text: string, score: number, model = card.key): Hit => ({
  chunk: { id: text, text, title: '', headings: [] as readonly string[] } as Chunk,
  model,
  score,
  reasons: [],
  matches: [],
});
const order = (hits: readonly Hit[] | undefined) => hits?.map(({ chunk }) => chunk.text);

test('a passage that meets every word of the query overtakes one that was a little ahead', async () => {
  const hits = [hit('a x', 1), hit('a b', 0.9), hit('x y', 0)];
  const better = await reranker().rerank(wordsOf('a b'), hits, card);
  expect(order(better)).toEqual(['a b', 'a x', 'x y']);
  // MaxSim 1, ½ and 0: the scores rise by 16 times what they are above the least; then by 5 times the same, the best one’s
  // vectors being those of the query.
  for (const [i, score] of [21.9, 11.5, 0].entries()) expect(better![i]!.score).toBeCloseTo(score, 1);
  expect(better!.map(({ reasons }) => reasons.map(({ kind }) => kind))).toEqual([['reread'], ['reread'], ['reread']]);
});

test('of passages that meet a question alike, one that has its words in one place comes first, unless passages have questions of their own', async () => {
  const hits = [hit('a b', 1.1), hit('b a', 1), hit('x', 0)];
  const together = ({ text }: Chunk) => (text === 'b a' ? 1 : 0.5);
  const better = await reranker().rerank(wordsOf('a b'), hits, card, { together });
  expect(order(better)).toEqual(['b a', 'a b', 'x']);
  const without = await reranker().rerank(wordsOf('a b'), hits, card);
  expect(better!.map(({ score }, i) => score - without!.find((one) => one.chunk === better![i]!.chunk)!.score)).toEqual(
    [1, 0.5, 0.5].map((share) => expect.closeTo(share, 5)),
  );
  const asked = hits.map((one) => ({ ...one, chunk: { ...one.chunk, questions: ['?'] } }));
  expect(order(await reranker().rerank(wordsOf('a b'), asked, card, { together }))).toEqual(['a b', 'b a', 'x']);
});

test('what the best passage says besides is looked for in the others, unless passages have questions of their own', async () => {
  // Two meet the query alike; one of them shares more with the best.
  const hits = [hit('a b c', 9), hit('a d', 1.1), hit('a c', 1), hit('x', 0)];
  expect(order(await reranker().rerank(wordsOf('a b'), hits, card))).toEqual(['a b c', 'a c', 'a d', 'x']);
  const asked = hits.map((one) => ({ ...one, chunk: { ...one.chunk, questions: ['?'] } }));
  expect(order(await reranker().rerank(wordsOf('a b'), asked, card))).toEqual(['a b c', 'a d', 'a c', 'x']);
});

test('where the card says so, a passage among good ones like it gets ahead, unless passages have questions of their own', async () => {
  // Six say `a` and are good, five say `c` and are not; one that says mostly `c` was ahead of the last good one.
  const times = (word: string, n: number) => Array.from({ length: n }, () => word).join(' ');
  const good = [1, 2, 3, 4, 5, 6].map((n) => hit(times('a', n), 4 - n / 10));
  const hits = [...good, hit('c c c a', 3.45), ...[1, 2, 3, 4, 5].map((n) => hit(times('c', n), 0))];
  const agreeing = { ...card, dim: DIM, agreement: 0.5 };
  const place = async (some: readonly Hit[], one: ModelCard) =>
    order(await reranker().rerank(wordsOf('a'), some, one))!.indexOf('c c c a');
  expect(await place(hits, card)).toBe(5);
  expect(await place(hits, agreeing)).toBe(6);
  const asked = hits.map((one) => ({ ...one, chunk: { ...one.chunk, questions: ['?'] } }));
  expect(await place(asked, agreeing)).toBe(5);
});

test('of a passage those vectors are looked for that lie nearest to the query’s words, the earlier of equally near ones', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'x'), { minLength: 1, maxLength: 40 }), (words) => {
      const { rows, dim } = nearestVectors(wordsOf('a b'), levelsOf(words.join(' ')), 24);
      const near = (word: string) => Number(word === 'a' || word === 'b');
      const expected = words.toSorted((p, q) => near(q) - near(p)).slice(0, 24);
      expect([dim, [...rows]]).toEqual([DIM, expected.flatMap(axis)]);
    }),
  );
});

test('one that was far ahead keeps its place', async () => {
  const hits = [hit('a x', 30), hit('a b', 0.9), hit('x y', 0)];
  expect(order(await reranker().rerank(wordsOf('a b'), hits, card))).toEqual(['a x', 'a b', 'x y']);
});

test('hits of another model, and those below the depth, keep their scores', async () => {
  const hits = [hit('other', 12, 'else@1' as ModelKey), hit('a x', 1), hit('a b', 0.9), hit('x y', 0)];
  const better = await reranker().rerank(wordsOf('a b'), hits, card, { depth: 3 });
  expect(order(better)).toEqual(['other', 'a b', 'a x', 'x y']);
  // Of three read two are compared: MaxSim 1 and ½, and what the better one says.
  for (const [i, score] of [12, 11.4, 1, 0].entries()) expect(better![i]!.score).toBeCloseTo(score, 1);
});

test('no more than the depth is read, fifty unless told, and what was read lately is not read again', async () => {
  const hits = Array.from({ length: 60 }, (_, i) => hit(`stored a n${i}`, 60 - i));
  const one = reranker();
  expect(order(await one.rerank(wordsOf('a b'), hits, card))).toEqual(order(hits));
  expect(one.read).toHaveLength(50);
  await one.rerank(wordsOf('a'), hits, card, { depth: 52 });
  expect(one.read).toHaveLength(52);
  expect(one.encoded).toEqual([]);
});

test('what is not stored is encoded where that is wanted; if not, nothing is done', async () => {
  const hits = [hit('a x', 1), hit('stored a b', 0.9)];
  const one = reranker();
  expect(await one.rerank(wordsOf('a b'), hits, card, { encode: false })).toBeUndefined();
  expect(one.encoded).toEqual([]);
  expect(order(await one.rerank(wordsOf('a b'), hits, card))).toEqual(['stored a b', 'a x']);
  expect(one.encoded).toEqual(['a x']);
  // Now it is known.
  expect(order(await one.rerank(wordsOf('a b'), hits, card, { encode: false }))).toEqual(['stored a b', 'a x']);
});

test('no more is kept than fits, and what was met last stays', async () => {
  const one = reranker(5 * tokenBytes(DIM));
  const pair = (...names: string[]) => names.map((name, i) => hit(`stored ${name}`, -i));
  const ask = async (...names: string[]) => {
    one.read.length = 0;
    await one.rerank(wordsOf('a'), pair(...names), card);
    return one.read.length;
  };
  // Two vectors each: two passages fit.
  expect(await ask('a', 'b')).toBe(2);
  expect(await ask('a', 'b')).toBe(0);
  expect(await ask('b', 'c')).toBe(1);
  expect(await ask('b', 'c')).toBe(0);
  expect(await ask('a', 'c')).toBe(1);
});
