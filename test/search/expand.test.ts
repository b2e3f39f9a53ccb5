import { expect, test } from 'vitest';
import { expandBy } from '../../src/search/expand.ts';

const ENTRIES = [
  { term: 'WFH', means: ['telework', 'remote work'] },
  { term: '炒鱿鱼', means: ['解除劳动合同'] },
  { term: 'HO', means: ['telework'] },
];
const words = (query: string) => expandBy(ENTRIES, query).map(({ text }) => text);

test('a term brings the words that it stands for, each once, and each less than a word that was said', () => {
  expect(words('WFH or HO?')).toEqual(['telework', 'remote work']);
  for (const { weight } of expandBy(ENTRIES, 'wfh')) expect(weight).toBeLessThan(1);
});
test('terms are whole words; Han characters have no borders', () => {
  expect(words('who knows')).toEqual([]); // holds no HO
  expect(words('被老板炒鱿鱼了怎么办')).toEqual(['解除劳动合同']);
});
test('case, width and Traditional characters do not matter', () => {
  expect(words('ｗｆｈ')).toEqual(['telework', 'remote work']);
  expect(words('被炒魷魚')).toEqual(['解除劳动合同']);
});
test('what the query says itself is not said again', () => {
  expect(words('WFH and telework')).toEqual(['remote work']);
});
