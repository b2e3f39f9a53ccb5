import { expect, test } from 'vitest';
import { passageText } from '../../src/core/passage.ts';

test('a passage is seen under its title and headings', () => {
  expect(passageText({ title: 'FAQ', headings: ['Vue', 'Who?'], text: 'A team.' })).toBe('FAQ › Vue › Who?\nA team.');
  expect(passageText({ title: '', headings: [], text: 'A team.' })).toBe('A team.');
});
