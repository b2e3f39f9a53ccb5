import { expect, test } from 'vitest';
import type { JudgedQuestion } from '../../src/core/adapt.ts';
import type { Chunk, ChunkId } from '../../src/core/types.ts';
import type { Learned } from '../../src/engine/lessons.ts';
import { comparedWith, type Reread } from '../../src/engine/reread.ts';

const chunks = ['a', 'b', 'c'].map((id) => ({ id: id as ChunkId }) as Chunk);
const learned = { samples: ['about a', 'about b', 'about c'].map((query) => ({ query })) } as unknown as Learned;
const positives = [[0], [1], [2]];
const judged = (question: number, after: number, from: JudgedQuestion['from']): JudgedQuestion => {
  return { question, from, untouched: true, before: 5, after, gain: 0 };
};
const answering =
  (order: Readonly<Record<string, string>>): Reread =>
  async (question) =>
    [...order[question]!] as ChunkId[];

test('an adapter is held against word-by-word comparison on the test questions alone', async () => {
  const list = [judged(0, 1, 'test'), judged(1, 3, 'test'), judged(2, 11, 'validation')];
  const reread = answering({ 'about a': 'bac', 'about b': 'ca' });
  expect(await comparedWith(reread, list, learned, positives, chunks)).toEqual({
    reread: (1 / Math.log2(3) + 0) / 2,
    learned: (1 + 1 / Math.log2(4)) / 2,
  });
});

test('without a test all held-out questions count; without comparison, or questions, there is nothing to hold it against', async () => {
  const list = [judged(2, 11, 'validation')];
  expect(await comparedWith(answering({ 'about c': 'c' }), list, learned, positives, chunks)).toEqual({
    reread: 1,
    learned: 0,
  });
  expect(await comparedWith(async () => undefined, list, learned, positives, chunks)).toBeUndefined();
  expect(await comparedWith(answering({}), [], learned, positives, chunks)).toBeUndefined();
});

test('it can be given up', async () => {
  const stop = AbortSignal.abort(new Error('enough'));
  const list = [judged(0, 1, 'test')];
  await expect(comparedWith(answering({}), list, learned, positives, chunks, stop)).rejects.toThrow('enough');
});
