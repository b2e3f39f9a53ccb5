import { expect, test } from 'vitest';
import type { DocumentSummary } from '../../src/core/engine.ts';
import type { DocumentId } from '../../src/core/types.ts';
import { fileBeside } from '../../src/ui/titles.ts';

const summary = (id: string, title: string) => ({ id, title }) as unknown as DocumentSummary;

test('a title that several documents have is told apart by the file’s name, any other is not', () => {
  const documents = [summary('a/lease.odt', 'Lease'), summary('b/lease.docx', 'Lease'), summary('c.md', 'Notes')];
  expect(fileBeside('b/lease.docx' as DocumentId, 'Lease', documents)).toBe('lease.docx');
  expect(fileBeside('c.md' as DocumentId, 'Notes', documents)).toBeUndefined();
  expect(fileBeside('b/lease.docx' as DocumentId, 'Lease', documents.slice(1))).toBeUndefined();
});
