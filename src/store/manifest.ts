import type { DocumentId, Language, ModelKey, Segment } from '../core/types.ts';

/** The one record that says what counts. A block that it does not name does not exist. */
export interface Manifest {
  /** Grows by one with every commit. */
  readonly revision: number;
  readonly nextSegment: number;
  /** Oldest first. */
  readonly segments: readonly SegmentEntry[];
}

export interface SegmentEntry {
  readonly id: number;
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  readonly rows: number;
  /** Whose rows these are: runs of rows, in order, that together are all rows. */
  readonly runs: readonly Run[];
}

/** `[document, rows, dead]`: a run of rows of one document; dead when the document was removed later. */
export type Run = readonly [document: DocumentId, rows: number, dead?: true];

export const EMPTY: Manifest = { revision: 0, nextSegment: 0, segments: [] };

/** Most rows a stored segment has. */
export const SEGMENT_ROWS = 4096;

/** The entry of a segment as it is committed: every row alive. Cost: one look at each chunk. */
export function entryOf({ id, model, language, dim, chunks }: Segment): SegmentEntry {
  const runs: [DocumentId, number][] = [];
  for (const { document } of chunks) {
    const last = runs.at(-1);
    if (last?.[0] === document) last[1]++;
    else runs.push([document, 1]);
  }
  return { id, model, language, dim, rows: chunks.length, runs };
}

/** The manifest with all rows of `documents` dead. */
export function bury(manifest: Manifest, documents: ReadonlySet<DocumentId>): Manifest {
  if (documents.size === 0) return manifest;
  const segments = manifest.segments.map((entry) =>
    entry.runs.some(([document, , dead]) => !dead && documents.has(document))
      ? { ...entry, runs: entry.runs.map((run): Run => (documents.has(run[0]) ? [run[0], run[1], true] : run)) }
      : entry,
  );
  return { ...manifest, segments };
}

/** Row numbers that no longer count: removed, or of a document that is not among `known`. */
export function deadRows(entry: SegmentEntry, known: ReadonlySet<DocumentId>): Set<number> {
  const rows = new Set<number>();
  let row = 0;
  for (const [document, count, dead] of entry.runs) {
    if (dead || !known.has(document)) for (let i = 0; i < count; i++) rows.add(row + i);
    row += count;
  }
  return rows;
}

export const liveRows = ({ runs }: SegmentEntry) => runs.reduce((sum, [, rows, dead]) => sum + (dead ? 0 : rows), 0);

/** Live rows by document. */
export function liveRowsByDocument(entries: readonly SegmentEntry[]): Map<DocumentId, number> {
  const rows = new Map<DocumentId, number>();
  for (const { runs } of entries) {
    for (const [document, count, dead] of runs) if (!dead) rows.set(document, (rows.get(document) ?? 0) + count);
  }
  return rows;
}
