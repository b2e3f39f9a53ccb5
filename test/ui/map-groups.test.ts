import { expect, test } from 'vitest';
import type { DocumentSummary } from '../../src/core/engine.ts';
import type { DocumentId } from '../../src/core/types.ts';
import { groupsOf } from '../../src/ui/map-groups.ts';

const document = (id: string, stored: number, title = ''): DocumentSummary => ({
  id: id as DocumentId,
  title,
  kind: 'markdown',
  language: 'en',
  hash: id,
  bytes: 1,
  addedAt: 0,
  chunks: stored,
  stored,
});
const told = (documents: DocumentSummary[]) =>
  groupsOf(documents).map(({ name, passages, tone }) => `${name} ${passages} ${tone}`);

test('few documents are groups of their own, the largest first, whatever their folders', () => {
  const documents = [
    document('law/a.md', 30),
    document('law/b.md', 20),
    document('papers/c.md', 10),
    document('d.md', 40, 'Diary'),
  ];
  const groups = groupsOf(documents);
  expect(told(documents)).toEqual(['Diary 40 1', 'a.md 30 2', 'b.md 20 3', 'c.md 10 4']);
  expect(groups.flatMap(({ documents }) => documents).sort()).toEqual(['d.md', 'law/a.md', 'law/b.md', 'papers/c.md']);
});

test('a folder of many small documents stays one group beside others, and is opened where it is alone', () => {
  const many = Array.from({ length: 60 }, (_, i) => document(`packages/${i}/readme.md`, 5));
  expect(told([document('a.md', 90), document('b.md', 80), ...many])).toEqual([
    'packages 300 1',
    'a.md 90 2',
    'b.md 80 3',
  ]);
  const alone = groupsOf(many);
  expect(alone).toHaveLength(60);
  expect(alone.filter(({ tone }) => tone > 0)).toHaveLength(8);
});

test('an empty library has no groups', () => {
  expect(groupsOf([])).toEqual([]);
});
