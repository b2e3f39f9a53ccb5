import { expect, test } from 'vitest';
import { preferredTongue, wordsOf } from '../../src/ui/words/words.ts';

test.each([
  [['zh-TW', 'en'], 'zh'],
  [['fr-FR', 'zh-CN'], 'zh'],
  [['de', 'en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('a person who reads %j is addressed in %s', (languages, tongue) => {
  expect(preferredTongue(languages)).toBe(tongue);
});

test('English counts one thing as one', () => {
  const words = wordsOf('en');
  expect(words.documents(1)).toBe('1 document');
  expect(words.summary(1200, 1)).toBe('1,200 passages · 1 document');
});

test.each(['en', 'zh'] as const)('the time left in %s is a number a person can believe', (tongue) => {
  const { timeLeft } = wordsOf(tongue);
  const said = [1_000, 41_000, 59_500, 180_000, 3_600_000, 5_400_000].map((ms) => timeLeft(ms));
  expect(new Set(said).size).toBe(said.length);
  expect(said[1]).toContain('45');
  expect(said[3]).toContain('3');
  expect(said[5]).toContain('30');
});
