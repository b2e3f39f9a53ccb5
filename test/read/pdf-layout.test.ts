import { expect, test } from 'vitest';
import { type Line, linesOf, paragraphsOf } from '../../src/read/pdf-layout.ts';

const line = (text: string, y: number, fields: Partial<Line> = {}): Line => ({
  text,
  page: 1,
  x: 50,
  right: 400,
  y,
  size: 10,
  ...fields,
});
const textsOf = (...pages: Line[][]) => paragraphsOf(pages).map(({ text }) => text);

test('lines at the usual distance make one paragraph; a wider gap, an indent or a bullet begins another', () => {
  expect(
    textsOf([
      line('The first', 700),
      line('goes on.', 688, { right: 100 }),
      line('After a short line.', 676),
      line('Indented.', 664, { x: 65 }),
      line('• A bullet', 652),
      line('far below', 620),
    ]),
  ).toEqual(['The first goes on.', 'After a short line.', 'Indented.', '• A bullet', 'far below']);
});

test('a word cut at the end of a line is joined, a compound before a capital is not', () => {
  expect(textsOf([line('an extra-', 700), line('ordinary Anglo-', 688), line('Saxon', 676)])).toEqual([
    'an extraordinary Anglo- Saxon',
  ]);
});

test('a paragraph that does not end goes on over the page; running heads with their page numbers are left out', () => {
  const page = (n: number, text: string) => [
    line(`Chapter 1 ${n}`, 750, { page: n }),
    line(text, 700, { page: n }),
    line(`${n}`, 20, { page: n }),
  ];
  expect(textsOf(page(1, 'It goes'), page(2, 'on and on.'), page(3, 'New.'))).toEqual(['It goes on and on.', 'New.']);
});

test('larger lines are headings, ranked by size', () => {
  const lines = [
    line('Book', 700, { size: 20 }),
    line('Part', 650, { size: 14 }),
    line('Body text that is longer', 600),
  ];
  expect(paragraphsOf([lines]).map(({ level }) => level)).toEqual([1, 2, 0]);
});

test('a heading that wraps is one heading, its lines being as much further apart as they are larger', () => {
  const lines = [
    line('Of what is owed by those who', 700, { size: 16 }),
    line('let a house', 680, { size: 16 }),
    line('Body text is set', 660),
    line('closer.', 648, { right: 100 }),
  ];
  expect(textsOf(lines)).toEqual(['Of what is owed by those who let a house', 'Body text is set closer.']);
});

test('where a column ends is told by the column: a full line of the left one that ends a sentence ends no paragraph', () => {
  const left = { right: 290 };
  const right = { x: 310, right: 550 };
  expect(
    textsOf([
      line('The left column is full.', 700, left),
      line('It goes on.', 688, { right: 120 }),
      line('Another paragraph, and it', 676, left),
      line('runs over into', 664, left),
      line('the right one.', 700, { ...right, right: 400 }),
      line('A last one.', 688, right),
    ]),
  ).toEqual([
    'The left column is full. It goes on.',
    'Another paragraph, and it runs over into the right one.',
    'A last one.',
  ]);
});

test('pieces on one line are joined, with a space where the pen moved', () => {
  const item = (str: string, x: number, y: number, hasEOL = false) => ({
    str,
    transform: [10, 0, 0, 10, x, y],
    width: str.length * 5,
    hasEOL,
  });
  expect(
    linesOf([item('foo', 0, 700), item('bar', 15, 700), item('baz', 40, 700), item('next', 0, 688)], 3),
  ).toMatchObject([{ text: 'foobar baz', page: 3, x: 0, right: 55, y: 700, size: 10 }, { text: 'next' }]);
});
