import { expect, test } from 'vitest';
import type { DocumentSummary } from '../../src/core/engine.ts';
import type { MappedDocument, MappedSection } from '../../src/core/map.ts';
import { groupsOf } from '../../src/ui/map-groups.ts';
import { documentOf } from '../document-of.ts';

const document = (id: string, stored: number, title = '') => documentOf(id, stored, { title });
/** As the map has them: one after the other, each with its parts. */
function mapped(
  documents: readonly DocumentSummary[],
  sections: Readonly<Record<string, MappedSection[]>> = {},
): MappedDocument[] {
  let first = 0;
  return documents.map(({ id, stored: passages }) => {
    const at = first;
    first += passages;
    return { id, first: at, passages, ...(sections[id] && { sections: sections[id] }) };
  });
}
const told = (documents: DocumentSummary[], sections?: Readonly<Record<string, MappedSection[]>>) =>
  groupsOf(documents, mapped(documents, sections)).map(({ name, passages, tone }) => `${name} ${passages} ${tone}`);

test('few documents are groups of their own, the largest first, whatever their folders', () => {
  const documents = [
    document('law/a.md', 30),
    document('law/b.md', 20),
    document('papers/c.md', 10),
    document('d.md', 40, 'Diary'),
  ];
  const groups = groupsOf(documents, mapped(documents));
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
  const alone = groupsOf(many, mapped(many));
  expect(alone).toHaveLength(60);
  expect(alone.filter(({ tone }) => tone > 0)).toHaveLength(8);
});

test('an empty library has no groups', () => {
  expect(groupsOf([], [])).toEqual([]);
});

test('a long document is opened into its parts where they hold enough; parts of one name are one', () => {
  const documents = [document('a.md', 10), document('code.md', 90, 'Code')];
  const sections = (names: string[], passages: number) => names.map((name) => ({ name, passages }));
  expect(
    told(documents, {
      'code.md': sections(['', 'Contracts', 'Torts', 'Contracts'], 20).concat({ name: 'Rest', passages: 10 }),
    }),
  ).toEqual(['Contracts 40 1', 'Code 20 2', 'Torts 20 3', 'a.md 10 4', 'Rest 10 5']);
  const groups = groupsOf(
    documents,
    mapped(documents, {
      'code.md': sections(['', 'Contracts', 'Torts', 'Contracts'], 20).concat({ name: 'Rest', passages: 10 }),
    }),
  );
  expect(groups[0]!.runs).toEqual([
    [30, 20],
    [70, 20],
  ]);
  // Ninety articles are no groups.
  const articles = Array.from({ length: 90 }, (_, i) => `Article ${i}`);
  expect(told(documents, { 'code.md': sections(articles, 1) })).toEqual(['Code 90 1', 'a.md 10 2']);
});
