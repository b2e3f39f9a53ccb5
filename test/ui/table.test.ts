import { expect, test } from 'vitest';
import { tableRows } from '../../src/ui/table.ts';

test('a table block falls into rows at line ends and cells at tabs, empty cells included', () => {
  const text = 'before\n\nname\ttype \tdefault\nprops\t\tundefined\n\nafter';
  const start = text.indexOf('name');
  const rows = tableRows(text, { start, end: text.indexOf('\n\nafter') });
  expect(rows.map((row) => row.map((cell) => text.slice(cell.start, cell.end)))).toEqual([
    ['name', 'type', 'default'],
    ['props', '', 'undefined'],
  ]);
});
