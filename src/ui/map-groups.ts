import type { DocumentSummary } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { fileName } from './format.ts';
import { documentsOf, type Folder, folderTree } from './group.ts';

/** Documents that have a colour and a name in common: a folder, or a single document. */
export interface PointGroup {
  readonly name: string;
  readonly documents: readonly DocumentId[];
  readonly passages: number;
  /** 1 to 8, the largest first; 0 for those that are left. */
  readonly tone: number;
}

/** So many groups have a colour. */
const COLOURED = 8;
/** The coloured hold at least so much of everything, or folders stay whole. */
const ENOUGH = 2 / 3;
/** Fewer groups than this tell nothing: folders are opened whatever the coloured hold then. */
const FEW = 3;

type Node = Omit<PointGroup, 'tone'> & { readonly folder?: Folder };

/**
 * Groups for a map's colours, the largest first: folders, each opened into what it holds as long as the eight largest
 * groups still hold two thirds of all passages.
 */
export function groupsOf(documents: readonly DocumentSummary[]): readonly PointGroup[] {
  const passagesOf = new Map(documents.map(({ id, stored }) => [id, stored]));
  const total = documents.reduce((sum, { stored }) => sum + stored, 0);
  const node = (folder: Folder): Node => {
    const own = documentsOf(folder);
    return {
      name: folder.name,
      folder,
      documents: own,
      passages: own.reduce((sum, id) => sum + passagesOf.get(id)!, 0),
    };
  };
  const opened = ({ folders, documents }: Folder): Node[] => [
    ...folders.map(node),
    ...documents.map(({ id, title, stored }) => ({ name: title || fileName(id), documents: [id], passages: stored })),
  ];
  const bySize = (nodes: readonly Node[]) => nodes.toSorted((a, b) => b.passages - a.passages);
  const coloured = (nodes: readonly Node[]) =>
    nodes.slice(0, COLOURED).reduce((sum, { passages }) => sum + passages, 0) / Math.max(1, total);

  let nodes = bySize(opened(folderTree(documents)));
  for (let changed = true; changed; ) {
    changed = false;
    // What a smaller folder holds would have no colour.
    for (const one of nodes.slice(0, COLOURED)) {
      if (!one.folder) continue;
      const next = bySize([...nodes.filter((other) => other !== one), ...opened(one.folder)]);
      if (coloured(next) < ENOUGH && nodes.length >= FEW) continue;
      nodes = next;
      changed = true;
      break;
    }
  }
  return nodes.map(({ folder: _, ...group }, i) => ({ ...group, tone: i < COLOURED ? i + 1 : 0 }));
}
