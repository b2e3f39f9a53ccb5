import { expect, test } from 'vitest';
import type { Hit, Reason } from '../../src/core/answer.ts';
import { crossRerank } from '../../src/search/cross.ts';
import { chunkOf } from '../chunk-of.ts';

const hit = (text: string, score: number, reasons: Reason[] = []): Hit => ({
  chunk: chunkOf(text, text),
  score,
  reasons,
  matches: [],
});
/** A cross-encoder that likes long passages, and remembers what it read. */
const read: string[] = [];
const encoder = {
  score: async (_: string, query: string, passages: readonly string[]) => {
    read.push(...passages.map((passage) => `${query}: ${passage}`));
    return Float32Array.from(passages, ({ length }) => length - 3);
  },
};
const hits = [
  hit('a', 9),
  hit('bbb', 8, [{ kind: 'reread', similarity: 0.9 }]),
  hit('cc', 7),
  hit('dd', 6),
  hit('eeeee', 5),
];
const names = (some: readonly Hit[]) => some.map(({ chunk }) => chunk.text);

test('the first hits come in the order the model likes, ties as they were, the others below', async () => {
  read.length = 0;
  const ranked = await crossRerank(encoder, 'm', 'q', hits, { depth: 4 });
  expect(names(ranked)).toEqual(['bbb', 'cc', 'dd', 'a', 'eeeee']);
  expect(read).toEqual(['q: a', 'q: bbb', 'q: cc', 'q: dd']);
  const scores = ranked.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((x, y) => y - x));
  expect(ranked[0]!.reasons).toEqual([{ kind: 'reread', similarity: 0.5 }]);
});
test('what answered this very question before stays first and is not read', async () => {
  read.length = 0;
  const known = hit('known', 4, [{ kind: 'question', question: 'q', score: 1 }]);
  expect(names(await crossRerank(encoder, 'm', 'q', [...hits, known]))[0]).toBe('known');
  expect(read).not.toContain('q: known');
});
test('one hit needs no reading', async () => {
  read.length = 0;
  expect(await crossRerank(encoder, 'm', 'q', hits.slice(0, 1))).toEqual(hits.slice(0, 1));
  expect(read).toEqual([]);
});
