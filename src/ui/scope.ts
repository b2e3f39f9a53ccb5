import type { DocumentSummary } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { fileName } from './format.ts';

/**
 * What a question is asked of, where that is not the whole library: a folder (`Statutes/`) or one document, by its path.
 */
export type Scope = string;

/** The documents of a scope, in the library's order. */
export function documentsIn(scope: Scope, documents: readonly DocumentSummary[]): readonly DocumentId[] {
  const isIn = scope.endsWith('/') ? (id: string) => id.startsWith(scope) : (id: string) => id === scope;
  return documents.map(({ id }) => id).filter(isIn);
}

/** How a scope is called: the last step of its folder, or the document's title. */
export function scopeName(scope: Scope, documents: readonly DocumentSummary[]): string {
  if (scope.endsWith('/')) return fileName(scope.slice(0, -1));
  return documents.find(({ id }) => id === scope)?.title || fileName(scope);
}
