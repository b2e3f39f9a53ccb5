import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../src/core/errors.ts';
import { readGivenQuestions } from '../../src/read/given-questions.ts';
import { withGiven } from '../../src/site/given.ts';
import { placeQuestions } from '../../src/site/known.ts';
import type { SitePassage } from '../../src/site/pages.ts';

const DIM = 3;
const vector = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: DIM, maxLength: DIM });

test('every question lies in the cell whose centre is nearest, and cells are numbered through', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), fc.array(vector, { maxLength: 9 }), (some, own) => {
      const questions = own.map((_, i) => ({ text: `question ${i}`, lead: i * 7 }));
      const placed = placeQuestions(questions, Float32Array.from(own.flat()), Float32Array.from(some.flat()), DIM);
      expect(placed.questions.map(({ lead }) => lead).sort((a, b) => a - b)).toEqual(questions.map(({ lead }) => lead));
      for (const [i, { lead }] of placed.questions.entries()) {
        const at = own[lead / 7]!;
        expect([...placed.vectors.subarray(i * DIM, (i + 1) * DIM)]).toEqual([...Float32Array.from(at)]);
        const cell = placed.firstCellQuestions.findLastIndex((first) => first <= i);
        const distance = (centre: readonly number[]) => Math.hypot(...centre.map((value, d) => value - at[d]!));
        for (const centre of some) expect(distance(some[cell]!)).toBeLessThanOrEqual(distance(centre) + 1e-4);
      }
    }),
  );
});

const page = (url: string) => ({ url, title: url, meta: {}, language: 'en' as const, filters: {}, sort: {} });
const guide = page('guide/');
const passages: SitePassage[] = [
  { page: guide, headings: [], anchor: '', text: 'top' },
  { page: guide, headings: ['Linux'], anchor: 'linux', text: 'first', questions: ['Does it run on Linux?'] },
  { page: guide, headings: ['Linux'], anchor: 'linux', text: 'second' },
  { page: page('r%C3%A9sum%C3%A9.html'), headings: [], anchor: '', text: 'other' },
];

test('a given question leads to the first passage of its heading or page, however the address is written', () => {
  const given = [
    { question: 'Ubuntu?', url: '/guide/index.html#linux' },
    { question: 'Does it run on Linux?', url: 'guide#linux' },
    { question: 'How do I begin?', url: './guide/' },
    { question: 'CV?', url: 'résumé' },
    { question: 'Where is it?', url: 'nowhere.html' },
    { question: 'And this?', url: 'guide/#nowhere' },
  ];
  const { passages: found, lost } = withGiven(passages, given);
  expect(found.map(({ questions }) => questions)).toEqual([
    ['How do I begin?'],
    ['Does it run on Linux?', 'Ubuntu?'],
    undefined,
    ['CV?'],
  ]);
  expect(lost.map(({ question }) => question)).toEqual(['Where is it?', 'And this?']);
});

test('given questions are read from CSV with and without a header, and from JSON', () => {
  const wanted = [
    { question: 'How, then?', url: 'a.html' },
    { question: '怎么办？', url: 'b.html#x' },
  ];
  expect(readGivenQuestions('q.csv', '"How, then?",a.html\n怎么办？,b.html#x\n\n,\n')).toEqual(wanted);
  expect(readGivenQuestions('q.tsv', 'url\tquestion\na.html\tHow, then?\nb.html#x\t怎么办？\n')).toEqual(wanted);
  expect(readGivenQuestions('q.json', JSON.stringify({ 'How, then?': 'a.html', '怎么办？': 'b.html#x' }))).toEqual(
    wanted,
  );
  expect(readGivenQuestions('q.json', JSON.stringify(wanted))).toEqual(wanted);
  for (const source of ['', 'one column', '{"a": ""}']) {
    expect(() => readGivenQuestions('q.csv', source)).toThrow(EngineError);
  }
  expect(() => readGivenQuestions('q.json', '[')).toThrow(/q\.json: expected questions/);
});
