import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentSummary } from '../../src/core/engine.ts';
import { documentsOf, type Folder, folderTree } from '../../src/ui/group.ts';

const document = (id: string) => ({ id }) as DocumentSummary;
const outline = ({ name, documents, folders }: Folder): unknown => [
  name,
  documents.map(({ id }) => id),
  ...folders.map(outline),
];

test('documents are grouped by their folders, and numbers in names sort as numbers', () => {
  const tree = folderTree(
    ['b/chapter 10.md', 'note.txt', 'b/chapter 2.md', 'a/x/y.md', 'a/z/y.md', 'a/z/k/1.md'].map(document),
  );
  expect(outline(tree)).toEqual([
    '',
    ['note.txt'],
    ['a', [], ['x', ['a/x/y.md']], ['z', ['a/z/y.md'], ['k', ['a/z/k/1.md']]]],
    ['b', ['b/chapter 2.md', 'b/chapter 10.md']],
  ]);
});

test('folders with nothing to choose between are one step', () => {
  const tree = folderTree(['matters/2026/smith/deed.pdf', 'matters/2026/smith/letter.pdf', 'x.md'].map(document));
  expect(outline(tree)).toEqual([
    '',
    ['x.md'],
    ['matters/2026/smith', [...tree.folders[0]!.documents.map(({ id }) => id)]],
  ]);
  expect(tree.folders[0]!.path).toBe('matters/2026/smith/');
});

test('every document is in the tree once, under a path that it starts with, and counts are of all below', () => {
  const paths = fc.uniqueArray(
    fc.array(fc.constantFrom('a', 'b', 'c', '数'), { minLength: 1, maxLength: 5 }).map((steps) => steps.join('/')),
  );
  fc.assert(
    fc.property(paths, (ids) => {
      const check = (folder: Folder) => {
        expect(documentsOf(folder)).toHaveLength(folder.count);
        for (const id of documentsOf(folder)) expect(id.startsWith(folder.path)).toBe(true);
        folder.folders.forEach(check);
      };
      const tree = folderTree(ids.map(document));
      check(tree);
      expect([...documentsOf(tree)].sort()).toEqual([...ids].sort());
    }),
  );
});
