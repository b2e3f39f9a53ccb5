import { expect, test } from 'vitest';
import { resolvePassages } from '../../src/adapt/passages.ts';
import type { Sample } from '../../src/core/adapt.ts';
import type { Chunk } from '../../src/core/types.ts';

const chunk = (document: string, ordinal: number, text: string): Chunk =>
  ({ id: `${document}#${ordinal}`, document, ordinal, title: '', headings: [], text }) as unknown as Chunk;
const chunks = [
  chunk('law/rent.md', 0, 'The tenant pays rent on the first day of the month.'),
  chunk('law/rent.md', 1, 'A deposit is at most three months of rent.'),
  chunk('a/notes.txt', 0, '押金不得超过三个月的租金。'),
  chunk('b/notes.txt', 0, 'Nothing of interest here at all.'),
  chunk('corpus.jsonl', 0, '_id: g0007\ntext: Bees dance to say where the flowers are.'),
];
const sample = (...pos: string[]): Sample => ({
  query: 'who?',
  pos,
  neg: [],
  kind: 'question-document',
  origin: 'file',
});
const find = (...pos: string[]) => resolvePassages([sample(...pos)], chunks).positives[0];

test.each([
  ['a passage by its id', 'law/rent.md#1', [1]],
  ['a document by its path', 'law/rent.md', [0, 1]],
  ['a document by its file name, with its ending or without', 'rent', [0, 1]],
  ['a record of a file by its _id', 'g0007', [4]],
  ['a passage by its whole text, whatever its spaces', 'The tenant  pays rent\non the first day of the month.', [0]],
  ['a passage by a sentence in it', 'at most three months of rent', [1]],
  [
    'passages by a text that holds them',
    'The tenant pays rent on the first day of the month. A deposit is at most three months of rent.',
    [0, 1],
  ],
  ['a Chinese passage by a part of it, in full-width forms or not', '押金不得超过三个月', [2]],
])('%s', (_, name, expected) => {
  expect(find(name)).toEqual(expected);
});

test('a file name that two documents have names neither; what is not here is dropped and said', () => {
  const { samples, report } = resolvePassages([sample('notes.txt'), sample('moon'), sample('rent')], chunks);
  expect(samples).toHaveLength(1);
  expect(report).toMatchObject({ kept: 1, dropped: 2, reasons: { 'its passage is not in the library': 2 } });
});

test('a wrong passage that is also a right one does not count as wrong', () => {
  const both = { ...sample('law/rent.md#0'), neg: ['law/rent.md', 'nowhere'] };
  expect(resolvePassages([both], chunks).negatives).toEqual([[1]]);
});
