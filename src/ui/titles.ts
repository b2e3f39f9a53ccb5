import type { DocumentSummary } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { fileName } from './format.ts';

let known: { readonly documents: readonly DocumentSummary[]; readonly shared: ReadonlySet<string> } | undefined;

/** Titles that several of the documents have. Cost: linear, once for a list. */
export function sharedTitles(documents: readonly DocumentSummary[]): ReadonlySet<string> {
  if (known?.documents === documents) return known.shared;
  const met = new Set<string>();
  const shared = new Set<string>();
  for (const { title } of documents) {
    if (met.has(title)) shared.add(title);
    met.add(title);
  }
  known = { documents, shared };
  return shared;
}

/** The file's name, for a document that its title alone does not tell from others. */
export function fileBeside(id: DocumentId, title: string, documents: readonly DocumentSummary[]): string | undefined {
  return title !== '' && sharedTitles(documents).has(title) ? fileName(id) : undefined;
}
