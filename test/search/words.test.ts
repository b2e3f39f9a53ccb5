import { expect, test } from 'vitest';
import { NO_WORDS } from '../../src/search/vocabulary.ts';
import { groupsOf } from '../../src/search/words.ts';

const telling = (query: string) =>
  groupsOf(query, NO_WORDS)
    .filter((group) => group.telling)
    .map(({ text }) => text);

test('function words do not tell what a question is about', () => {
  expect(telling('what is the state of the art')).toEqual(['state', 'art']);
});
test('of Chinese, what lies within one word tells, and a single character only where it is a word', () => {
  expect(telling('元素的渲染')).toEqual(['元素', '渲染']); // 素的 and 的渲 are nothing
  expect(telling('怎么养猫')).toEqual(['养', '养猫', '猫']);
});
test('a name that is no known word tells by its pairs of characters', () => {
  expect(telling('郝德泉从事什么职业')).toEqual(expect.arrayContaining(['郝德', '德泉']));
  expect(telling('郝德泉从事什么职业')).not.toContain('泉从');
});
