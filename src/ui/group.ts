import type { DocumentSummary } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';

/** A folder of the library. */
export interface Folder {
  /** Path from the library's root, ending in `/`; '' for the root itself. */
  readonly path: string;
  /** How it is called within the folder above it: several steps (`a/b`) where there was nothing to choose between. */
  readonly name: string;
  readonly folders: readonly Folder[];
  /** Documents that lie in it and in no folder of it. */
  readonly documents: readonly DocumentSummary[];
  /** How many there are in all, those of its folders included. */
  readonly count: number;
}

/** Documents by the folders of their paths, folders and documents in the order a person would look for them. */
export function folderTree(documents: readonly DocumentSummary[]): Folder {
  collator ??= new Intl.Collator(undefined, { numeric: true });
  const { compare } = collator;
  return folderOf(
    '',
    '',
    [...documents].sort((a, b) => compare(a.id, b.id)),
    compare,
  );
}

function folderOf(
  path: string,
  name: string,
  all: readonly DocumentSummary[],
  compare: Intl.Collator['compare'],
): Folder {
  const documents: DocumentSummary[] = [];
  const below = new Map<string, DocumentSummary[]>();
  for (const document of all) {
    const slash = document.id.indexOf('/', path.length);
    if (slash < 0) {
      documents.push(document);
      continue;
    }
    const step = document.id.slice(path.length, slash);
    const members = below.get(step);
    if (members) members.push(document);
    else below.set(step, [document]);
  }
  const [only] = below;
  if (path !== '' && only && below.size === 1 && documents.length === 0) {
    const [step, members] = only;
    return folderOf(`${path}${step}/`, `${name}/${step}`, members, compare);
  }
  const folders = [...below]
    .sort(([a], [b]) => compare(a, b))
    .map(([step, members]) => folderOf(`${path}${step}/`, step, members, compare));
  return { path, name, folders, documents, count: all.length };
}

/** Made when there is something to sort: the first one costs tens of milliseconds. */
let collator: Intl.Collator | undefined;

/** All documents of a folder, those of its folders included. */
export const documentsOf = ({ documents, folders }: Folder): readonly DocumentId[] => [
  ...folders.flatMap(documentsOf),
  ...documents.map(({ id }) => id),
];

/** Part of the document is not searchable yet: it is being indexed, or that was cut short. */
export const isIncomplete = (document: DocumentSummary): boolean => document.stored < document.chunks;
