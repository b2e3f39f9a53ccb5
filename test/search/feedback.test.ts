import { expect, test } from 'vitest';
import { feedbackWords } from '../../src/search/feedback.ts';
import { ranked } from '../quality/ranked.ts';

const rare = { find: () => 0, frequency: () => 1 };
const weights = (query: string, passages: string[], vocabulary = rare) =>
  feedbackWords(query, passages, vocabulary, 100).map(({ alternatives: [one] }) => [one!.term, one!.weight] as const);

test('the words that the passages share come first, and weigh as much as they are likelier', () => {
  // P(tide) = 1/2 + 1/4, P(moon) = 1/4, P(gravity) = 1/4: of the terms that are left, tide has the most.
  const found = weights('sea', ['sea tide', 'sea tide moon gravity']);
  expect(found.map(([term]) => term)).toEqual(['tide', 'graviti', 'moon']);
  expect(found[1]![1] / found[0]![1]).toBeCloseTo(1 / 3, 6);
});
test('the query’s own words, function words, common words and single characters are left out', () => {
  expect(weights('tides', ['the tides of the tide'])).toEqual([]);
  expect(weights('sea', ['sea tide'], { find: () => 0, frequency: () => 50 })).toEqual([]);
  expect(weights('海', ['潮汐']).map(([term]) => term)).toEqual(['潮汐']);
});
test('with feedback a passage is found that shares no word with the query but many with what answers it', () => {
  const filler = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`f${i}`, { text: `note number ${i} on paper` }]),
  );
  const passages = {
    first: { text: 'A tide is caused by the gravity of the moon.' },
    second: { text: 'Gravity of the moon pulls at the ocean.' },
    ...filler,
  };
  expect(ranked(passages, 'tide')).toEqual(['first']);
  expect(ranked(passages, 'tide', {}, { feedback: true })).toEqual(['first', 'second']);
});
