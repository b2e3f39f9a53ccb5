import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Hit } from '../../src/core/answer.ts';
import type { Embeddings, Encoder } from '../../src/core/encoder.ts';
import type { Chunk, ModelCard, ModelKey } from '../../src/core/types.ts';
import { maxSim, tokensOf } from '../../src/search/maxsim.ts';
import { createReranker } from '../../src/search/rerank.ts';

const DIM = 4;
const matrix = (rows: number[][]) => ({ dim: DIM, rows: Float32Array.from(rows.flat()) });
const vectors = fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: DIM, maxLength: DIM }), {
  maxLength: 4,
});

test('MaxSim is the mean over query words of the best passage word', () => {
  fc.assert(
    fc.property(vectors, vectors, (query, passage) => {
      const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
      const best = query.map((q) => Math.max(-1, ...passage.map((p) => dot(q, p))));
      const mean = best.reduce((sum, x) => sum + x, 0) / query.length;
      expect(maxSim(matrix(query), matrix(passage))).toBeCloseTo(query.length && passage.length ? mean : 0, 5);
    }),
  );
});

/** One token a word, its vector one of the axes: `a`, `b`, `c`, `d`; other words are nothing. */
function embeddings(texts: readonly string[]): Embeddings {
  const words = texts.map((text) => ['[CLS]', ...text.split(/\s+/), '[SEP]']);
  const offsets = Uint32Array.from([0, ...words.keys()].map((_, i) => words.slice(0, i).flat().length));
  const axis = (word: string) => Array.from({ length: DIM }, (_, i) => ('abcd'[i] === word ? 2 : 0));
  const values = Float32Array.from(words.flat().flatMap(axis));
  return {
    rows: texts.length,
    dim: DIM,
    dense: new Float32Array(texts.length * DIM),
    tokens: { values, offsets, ids: new Int32Array(words.flat().length) },
  };
}

test('the words of a text are of length 1, without marks and instruction', () => {
  const both = embeddings(['a b', 'find c']);
  expect([...tokensOf(both, 0).rows]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
  expect([...tokensOf(both, 1, 1).rows]).toEqual([0, 0, 1, 0]);
});

const card = {
  id: 'toy',
  key: 'toy@1' as ModelKey,
  encoderKey: 'toy@1' as ModelKey,
  sparse: false,
  reranks: true,
  languages: ['en'] as const,
  queryInstruction: 'find: ',
} as unknown as ModelCard;
function reranker(kept?: number) {
  const passages: string[] = [];
  const encoder = {
    countTokens: async () => Uint32Array.of(1),
    embed: async (_: string, role: string, texts: readonly string[]) => {
      if (role === 'passage') passages.push(...texts);
      return embeddings(role === 'query' ? texts.map((text) => `find: ${text}`) : texts);
    },
  } as unknown as Encoder;
  return { passages, ...createReranker(encoder, kept) };
}
const hit = (text: string, score: number, model = card.key): Hit => ({
  chunk: { id: text, text, title: '', headings: [] as readonly string[] } as Chunk,
  model,
  score,
  reasons: [],
  matches: [],
});
const order = (hits: readonly Hit[]) => hits.map(({ chunk }) => chunk.text);

test('a passage that meets every word of the query overtakes one that was a little ahead', async () => {
  const hits = [hit('a x', 1), hit('a b', 0.9), hit('x y', 0)];
  const better = await reranker().rerank('a b', hits, card);
  expect(order(better)).toEqual(['a b', 'a x', 'x y']);
  // MaxSim 1, ½ and 0: the scores rise by 20 times what they are above the least.
  expect(better.map(({ score }) => score)).toEqual([20.9, 11, 0]);
  expect(better.map(({ reasons }) => reasons)).toEqual(
    [1, 0.5, 0].map((similarity) => [{ kind: 'reread', similarity }]),
  );
});

test('one that was far ahead keeps its place', async () => {
  const hits = [hit('a x', 30), hit('a b', 0.9), hit('x y', 0)];
  expect(order(await reranker().rerank('a b', hits, card))).toEqual(['a x', 'a b', 'x y']);
});

test('hits of another model, and those below the depth, keep their scores', async () => {
  const hits = [hit('other', 12, 'else@1' as ModelKey), hit('a x', 1), hit('a b', 0.9), hit('x y', 0)];
  const better = await reranker().rerank('a b', hits, card, { depth: 3 });
  expect(order(better)).toEqual(['other', 'a b', 'a x', 'x y']);
  expect(better.map(({ score }) => score)).toEqual([12, 10.9, 1, 0]);
});

test('no more than the depth is read, twenty unless told, and a passage read lately is not read again', async () => {
  const hits = Array.from({ length: 25 }, (_, i) => hit(`a n${i}`, 25 - i));
  const one = reranker();
  expect(order(await one.rerank('a b', hits, card))).toEqual(order(hits));
  expect(one.passages).toHaveLength(20);
  await one.rerank('a', hits, card, { depth: 22 });
  expect(one.passages).toHaveLength(22);
});
