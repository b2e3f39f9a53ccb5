import type { DocumentSummary } from '../core/engine.ts';
import type { MappedDocument } from '../core/map.ts';
import type { DocumentId } from '../core/types.ts';
import { fileName } from './format.ts';
import { documentsOf, type Folder, folderTree } from './group.ts';

/** Points of the map from one on. */
type Run = readonly [first: number, passages: number];

/** Passages that have a colour and a name in common: of a folder, a document, or a part of a long one. */
export interface PointGroup {
  readonly name: string;
  readonly documents: readonly DocumentId[];
  readonly passages: number;
  readonly runs: readonly Run[];
  /** 1 to 8, the largest first; 0 for those that are left. */
  readonly tone: number;
}

/** So many groups have a colour. */
const COLOURED = 8;
/** The coloured hold at least so much of everything, or folders and documents stay whole. */
const ENOUGH = 2 / 3;
/** Fewer groups than this tell nothing: folders are opened whatever the coloured hold then. */
const FEW = 3;

interface Node extends Omit<PointGroup, 'tone'> {
  readonly isFolder?: true;
  /** What it holds, if it can be opened. */
  readonly inside?: () => readonly Node[];
}

/**
 * Groups for a map's colours, the largest first: folders, each opened into what it holds, and long documents into their
 * parts, as long as the eight largest groups still hold two thirds of all passages.
 */
export function groupsOf(
  documents: readonly DocumentSummary[],
  mapped: readonly MappedDocument[],
): readonly PointGroup[] {
  const placesOf = new Map<DocumentId, MappedDocument[]>();
  for (const one of mapped) placesOf.set(one.id, [...(placesOf.get(one.id) ?? []), one]);
  const shown = documents.filter(({ id }) => placesOf.has(id));
  const runsOf = (ids: readonly DocumentId[]) =>
    ids.flatMap((id) => placesOf.get(id)!.map(({ first, passages }): Run => [first, passages]));

  const ofFolder = (folder: Folder): Node => {
    const own = documentsOf(folder);
    return { ...group(folder.name, own, runsOf(own)), isFolder: true, inside: () => opened(folder) };
  };
  const ofDocument = ({ id, title }: DocumentSummary): Node => {
    const name = title || fileName(id);
    const whole = group(name, [id], runsOf([id]));
    const parts = partsOf(placesOf.get(id)!, name);
    return parts.size < 2
      ? whole
      : { ...whole, inside: () => [...parts].map(([part, runs]) => group(part, [id], runs)) };
  };
  const opened = ({ folders, documents }: Folder): Node[] => [...folders.map(ofFolder), ...documents.map(ofDocument)];

  let nodes = bySize(opened(folderTree(shown)));
  const total = nodes.reduce((sum, { passages }) => sum + passages, 0);
  const coloured = (some: readonly Node[]) =>
    some.slice(0, COLOURED).reduce((sum, { passages }) => sum + passages, 0) / Math.max(1, total);
  const next = () => {
    // What a smaller one holds would have no colour.
    for (const one of nodes.slice(0, COLOURED)) {
      // Parts of a document take colours that would be left; documents go before.
      if (!one.inside || (!one.isFolder && nodes.length >= COLOURED)) continue;
      const open = bySize([...nodes.filter((other) => other !== one), ...one.inside()]);
      if (coloured(open) >= ENOUGH || (one.isFolder && nodes.length < FEW)) return open;
    }
    return undefined;
  };
  for (let open = next(); open; open = next()) nodes = open;
  return nodes.map(({ name, documents, passages, runs }, i) => ({
    name,
    documents,
    passages,
    runs,
    tone: i < COLOURED ? i + 1 : 0,
  }));
}

const bySize = (nodes: readonly Node[]) => nodes.toSorted((a, b) => b.passages - a.passages);

const group = (name: string, documents: readonly DocumentId[], runs: readonly Run[]): Node => ({
  name,
  documents,
  runs,
  passages: runs.reduce((sum, [, passages]) => sum + passages, 0),
});

/** A document's parts by their name, `whole` where they have none. */
export function partsOf(places: readonly MappedDocument[], whole: string): ReadonlyMap<string, readonly Run[]> {
  const parts = new Map<string, Run[]>();
  for (const { first, sections = [] } of places) {
    let at = first;
    for (const { name, passages } of sections) {
      const runs = parts.get(name || whole) ?? [];
      parts.set(name || whole, [...runs, [at, passages]]);
      at += passages;
    }
  }
  return parts;
}
