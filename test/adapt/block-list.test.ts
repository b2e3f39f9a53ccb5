import { expect, test } from 'vitest';
import { blockList } from '../../src/adapt/block-list.ts';
import type { Sample } from '../../src/core/adapt.ts';

const sample = (query: string, pos: string[] = []): Sample => ({
  query,
  pos,
  neg: [],
  kind: 'question-document',
  origin: 'file',
});

test.each([
  ['whole words, whatever their case', ['art'], 'What is ART?', true],
  ['no parts of words', ['art'], 'How do I start a party?', false],
  ['phrases, with any white space between', ['credit card'], 'a Credit\n card', true],
  ['full width as half width', ['pin'], 'ｍｙ ＰＩＮ', true],
  ['Chinese anywhere', ['密码'], '我的密码是什么', true],
  ['characters of expressions as they are', ['c++ (draft)'], 'read C++ (draft) now', true],
  ['nothing by a character of expressions', ['c++ (draft)'], 'read ccc draft now', false],
  ['expressions', ['/\\d{3}-\\d{4}/'], 'call 555-1234', true],
  ['no remarks and no blank lines', ['# art', ' '], '# art', false],
])('a block list holds %s', (_, lines, query, found) => {
  const why = blockList(lines)(sample(query));
  expect(why).toBe(found ? `is on the block list: ${lines[0]}` : undefined);
});

test('texts of a sample count too, and the first line that is met is named', () => {
  const listed = blockList(['nothing', 'rent', 'deposit']);
  expect(listed(sample('who pays?', ['The deposit is due with the rent.']))).toBe('is on the block list: rent');
});
