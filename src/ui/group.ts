import type { DocumentSummary } from '../core/engine.ts';

/** The documents of one top folder. Files that lie in none are in the group named ''. */
export interface Group {
  readonly name: string;
  readonly documents: readonly DocumentSummary[];
  /** Documents whose indexing was cut short. */
  readonly incomplete: number;
}

/** Documents by the first part of their path, groups and documents in the order a person would look for them. */
export function groupByFolder(documents: readonly DocumentSummary[]): readonly Group[] {
  if (documents.length === 0) return [];
  const groups = new Map<string, DocumentSummary[]>();
  for (const document of documents) {
    const slash = document.id.indexOf('/');
    const name = slash < 0 ? '' : document.id.slice(0, slash);
    const group = groups.get(name);
    if (group) group.push(document);
    else groups.set(name, [document]);
  }
  collator ??= new Intl.Collator(undefined, { numeric: true });
  const { compare } = collator;
  return [...groups]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, members]) => ({
      name,
      documents: members.sort((a, b) => compare(a.id, b.id)),
      incomplete: members.filter(isIncomplete).length,
    }));
}

/** Made when there is something to sort: the first one costs tens of milliseconds. */
let collator: Intl.Collator | undefined;

/** Part of the document is not searchable yet: it is being indexed, or that was cut short. */
export const isIncomplete = (document: DocumentSummary): boolean => document.stored < document.chunks;
