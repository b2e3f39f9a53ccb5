import { expect, test } from 'vitest';
import type { DocumentSummary } from '../../src/core/engine.ts';
import { groupByFolder } from '../../src/ui/group.ts';

const document = (id: string, stored = 4) => ({ id, chunks: 4, stored }) as DocumentSummary;

test('documents are grouped by their top folder, and numbers in names sort as numbers', () => {
  const groups = groupByFolder([
    document('b/chapter 10.md'),
    document('note.txt'),
    document('b/chapter 2.md'),
    document('a/x/y.md'),
  ]);
  expect(groups.map((group) => [group.name, group.documents.map(({ id }) => id)])).toEqual([
    ['', ['note.txt']],
    ['a', ['a/x/y.md']],
    ['b', ['b/chapter 2.md', 'b/chapter 10.md']],
  ]);
});

test('a group says how many of its documents are not wholly indexed', () => {
  const [group] = groupByFolder([document('a/1'), document('a/2', 3), document('a/3', 0)]);
  expect(group?.incomplete).toBe(2);
});
