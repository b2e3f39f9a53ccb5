import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { createSearchIndex } from '../../src/search/index.ts';
import { togetherIn } from '../../src/search/together.ts';
import { chunkOf } from '../chunk-of.ts';

const passage = (text: string) => chunkOf('0', text);
const word = (text: string, weight = 1, ...others: string[]) => ({
  text,
  weight,
  alternatives: [text, ...others].map((term) => ({ term, weight: 1 })),
});

test('the share of the words that stand in one place is what trying every place says', () => {
  const random = createRandom(7);
  for (let round = 0; round < 200; round++) {
    const words = 'ab bc cd de ef'.split(' ').map((text) => word(text, 0.5 + random.next()));
    const said = Array.from(
      { length: random.below(60) },
      () => ['ab', 'bc', 'cd', 'de', 'ef', 'xyz', 'uvwxyz'][random.below(7)]!,
    );
    const starts = said.map((_, i) => said.slice(0, i).join(' ').length + (i > 0 ? 1 : 0));
    const total = words.reduce((sum, { weight }) => sum + weight, 0);
    const held = starts.map((from) =>
      words
        .filter(({ text }) => said.some((one, i) => one === text && starts[i]! >= from && starts[i]! < from + 45))
        .reduce((sum, { weight }) => sum + weight, 0),
    );
    expect(togetherIn(words)(passage(said.join(' ')))).toBeCloseTo(Math.max(0, ...held) / total, 9);
  }
});

test('a word may stand for another, of Chinese only pairs count, and nothing is a share of nothing', () => {
  expect(togetherIn([word('cat', 1, 'dog'), word('rain')])(passage('rain on a dog'))).toBe(1);
  expect(togetherIn([word('天', 9), word('天气'), word('很好')])(passage('天气'))).toBe(0.5);
  expect(togetherIn([word('天气'), word('很好')])(passage(`天气${'呀'.repeat(12)}很好`))).toBe(1);
  expect(togetherIn([word('天气'), word('很好')])(passage(`天气${'呀'.repeat(13)}很好`))).toBe(0.5);
  expect(togetherIn([])(passage('anything'))).toBe(0);
  expect(togetherIn([word('天')])(passage('天'))).toBe(0);
});

test('a search says it of its own words, not of those that a glossary has beside them', () => {
  const index = createSearchIndex();
  const far = `red ${'and then some more '.repeat(5)} fox`;
  const chunks = ['a red fox', far].map((text, i) => chunkOf(`${i}`, text));
  index.add({ id: 0, model: 'none' as never, language: 'en', dim: 1, chunks, vectors: new Float32Array(0) });
  const found = index.search({
    text: 'red fox',
    language: 'en',
    vectors: [],
    k: 2,
    also: [{ text: 'vulpes', weight: 0.5 }],
  });
  expect(found.together(chunks[0]!)).toBe(1);
  expect(found.together(chunks[1]!)).toBeCloseTo(0.5, 6);
});
