import { expect, test } from 'vitest';
import { NO_WORDS } from '../../src/search/vocabulary.ts';
import { groupsOf, isKeywords, typosIn } from '../../src/search/words.ts';

const telling = (query: string) =>
  groupsOf(query, NO_WORDS)
    .filter((group) => group.telling)
    .map(({ text }) => text);

test('function words do not tell what a question is about', () => {
  expect(telling('what is the state of the art')).toEqual(['state', 'art']);
});
test('a function word is no misspelling of another word, though the index may hold only that', () => {
  expect(typosIn('anything')).toBe(0); // not `nothing`
  expect(typosIn('animasl')).toBe(1);
});
test('of Chinese, what lies within one word tells, and a single character only where it is a word', () => {
  expect(telling('元素的渲染')).toEqual(['元素', '渲染']); // 素的 and 的渲 are nothing
  expect(telling('怎么养猫')).toEqual(['养', '养猫', '猫']);
});
test('a name that is no known word tells by its pairs of characters', () => {
  expect(telling('郝德泉从事什么职业')).toEqual(expect.arrayContaining(['郝德', '德泉']));
  expect(telling('郝德泉从事什么职业')).not.toContain('泉从');
});

test('a character that stands in a pair counts less than the pair, one by itself as much as any word', () => {
  const shares = (query: string) => groupsOf(query, NO_WORDS).map(({ text, share = 1 }) => [text, share]);
  expect(shares('养猫 the 猫')).toEqual([
    ['养', 0.5],
    ['养猫', 1],
    ['猫', 0.5],
    ['the', 1],
  ]);
  expect(shares('用 JSX')).toEqual([
    ['用', 1],
    ['JSX', 1],
  ]);
});

test.each(['install node', '覆盖率', '试用期 工资', '郝德泉 职业', 'v-model'])('“%s” is a few keywords', (query) => {
  expect(isKeywords(query)).toBe(true);
});
test.each([
  'how to install node',
  'symptoms of measles',
  '试用期的工资',
  '怎样养金鱼',
  'state of the art',
  '',
  '?!',
  'one two three four five six',
])('“%s” is none', (query) => expect(isKeywords(query)).toBe(false));
