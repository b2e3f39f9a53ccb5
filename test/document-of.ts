import type { DocumentSummary } from '../src/core/engine.ts';
import type { DocumentId } from '../src/core/types.ts';

/** A document of which `stored` passages are there, all that it has. */
export function documentOf(id: string, stored: number, more: Partial<DocumentSummary> = {}): DocumentSummary {
  return {
    id: id as DocumentId,
    title: '',
    kind: 'markdown',
    language: 'en',
    hash: id,
    bytes: 1,
    addedAt: 0,
    chunks: stored,
    stored,
    ...more,
  };
}
