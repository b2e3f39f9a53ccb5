import { expect, test } from 'vitest';
import { answer } from '../../src/answer/answer.ts';
import { focus } from '../../src/answer/focus.ts';
import { highlights } from '../../src/answer/highlights.ts';
import type { Hit, Match } from '../../src/core/answer.ts';
import type { Chunk } from '../../src/core/types.ts';

/** Every place where one of the words stands, weighing 1 unless said. */
function matchesOf(text: string, words: Record<string, number>): Match[] {
  return Object.entries(words)
    .flatMap(([word, weight]) =>
      [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
        start: index,
        end: index + word.length,
        weight,
      })),
    )
    .sort((a, b) => a.start - b.start);
}
const focused = (text: string, words: Record<string, number>, language: 'en' | 'zh' = 'en') => {
  const { start, end } = focus(text, matchesOf(text, words), language);
  return text.slice(start, end);
};

test('overlapping and touching matches are marked as one', () => {
  const at = (start: number, end: number) => ({ start, end, weight: 1 });
  expect(highlights([at(0, 7), at(0, 1), at(2, 7), at(9, 11), at(11, 13)])).toEqual([
    { start: 0, end: 7 },
    { start: 9, end: 13 },
  ]);
});

test('the focus is the sentence whose different words weigh most', () => {
  const text = 'Cats and cats and cats. A cat purrs when it is content. Dogs bark.';
  expect(focused(text, { cat: 1, purrs: 1 })).toBe('A cat purrs when it is content.');
  expect(focused(text, { cat: 1, bark: 3 })).toBe('Dogs bark.');
});

test('without matches the focus is the first sentence, without the blanks round it', () => {
  expect(focused('\n  First one. Second one.', {})).toBe('First one.');
});

test('Chinese sentences end at Chinese stops', () => {
  expect(focused('猫在睡觉。狗在叫！鸟在飞。', { 狗: 1 }, 'zh')).toBe('狗在叫！');
});

test('a line ends a sentence, and a blank text has an empty focus', () => {
  expect(focused('A title\nThe body here', { body: 1 })).toBe('The body here');
  expect(focused('  ', {})).toBe('');
});

test('an answer keeps the order of the hits, says what they say, and adds up the timings', () => {
  const hit = (text: string, score: number): Hit => ({
    chunk: { text } as Chunk,
    score,
    reasons: [{ kind: 'verbatim', text: 'bark' }],
    matches: matchesOf(text, { bark: 1 }),
  });
  const result = {
    hits: [hit('Dogs bark.', 2), hit('Cats purr.', 1)],
    confidence: 0.7,
    refused: false,
    timings: { bm25: 1 },
  };
  const made = answer(result, { query: 'bark', language: 'en', tier: 'full', timings: { embed: 2 } });
  expect(made.passages.map(({ score }) => score)).toEqual([2, 1]);
  expect(made.passages[0]!.highlights).toEqual([{ start: 5, end: 9 }]);
  expect(made.passages[0]!.reasons).toEqual([{ kind: 'verbatim', text: 'bark' }]);
  expect(made).toMatchObject({
    query: 'bark',
    confidence: 0.7,
    refused: false,
    tier: 'full',
    timings: { embed: 2, bm25: 1 },
  });
});
