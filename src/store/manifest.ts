import { EngineError } from '../core/errors.ts';
import type { DocumentId, Language, ModelKey, Segment } from '../core/types.ts';
import { decodeJson, encodeJson, unlessCorrupt } from './block.ts';

/** The one record that says what counts. A segment that it does not name does not exist. */
export interface Manifest {
  /** Grows by one with every change. */
  readonly revision: number;
  readonly nextSegment: number;
  /** Oldest first. */
  readonly segments: readonly SegmentEntry[];
  /** Blocks of token vectors, oldest first, with rows of their own: see `tokens.ts`. Absent before there were any. */
  readonly tokens?: readonly SegmentEntry[];
}

export interface SegmentEntry {
  readonly id: number;
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  readonly rows: number;
  /** Whose rows these are: runs of rows, in order, that together are all rows. */
  readonly runs: readonly Run[];
  /** Has a block of learned-sparse vectors. */
  readonly sparse?: true;
  /** Names of the derived blocks it has. */
  readonly derived?: readonly string[];
}

/** `[document, rows, dead]`: a run of rows of one document; dead when the document was removed later. */
export type Run = readonly [document: DocumentId, rows: number, dead?: true];

export const EMPTY: Manifest = { revision: 0, nextSegment: 0, segments: [] };

/** Written twice in the same transaction, because it is the one block that nothing else could restore. */
export const MANIFEST_KEYS = ['manifest/a', 'manifest/b'] as const;

/** Both copies of a manifest, as its next revision. */
export function encodeManifest(manifest: Manifest): [key: string, block: ArrayBuffer][] {
  const next = { ...manifest, revision: manifest.revision + 1 };
  return MANIFEST_KEYS.map((key) => [key, encodeJson(key, 'manifest', next)]);
}

/**
 * The newer copy that is whole; `onDamage` hears of one that is not.
 *
 * @throws EngineError `block-corrupt` if none is, `store-version`
 */
export function decodeManifest(
  copies: readonly (ArrayBuffer | undefined)[],
  onDamage?: (message: string) => void,
): Manifest {
  const present = copies.flatMap((copy, i) => (copy ? [{ key: MANIFEST_KEYS[i]!, copy }] : []));
  if (present.length === 0) return EMPTY;
  const whole = present.flatMap(
    ({ key, copy }) => unlessCorrupt(() => decodeJson<Manifest>(key, 'manifest', copy), onDamage) ?? [],
  );
  if (whole.length === 0) {
    const message = 'Both copies of the manifest are damaged. Clear the collection and add its files again.';
    throw new EngineError('block-corrupt', message);
  }
  return whole.reduce((best, copy) => (copy.revision > best.revision ? copy : best));
}

/** The entry of a segment as it is committed: every row alive. Cost: one look at each chunk. */
export function entryOf(
  { id, model, language, dim, chunks, sparse }: Segment,
  derived: readonly string[] = [],
): SegmentEntry {
  const runs = runsOf(chunks.map(({ document }) => document));
  const shape = { id, model, language, dim, rows: chunks.length };
  return { ...shape, runs, ...(sparse && { sparse: true }), ...(derived.length > 0 && { derived }) };
}

/** Whose rows these are, all alive. */
export function runsOf(documents: readonly DocumentId[]): Run[] {
  const runs: [DocumentId, number][] = [];
  for (const document of documents) {
    const last = runs.at(-1);
    if (last?.[0] === document) last[1]++;
    else runs.push([document, 1]);
  }
  return runs;
}

/** The manifest with all rows of `documents` dead. */
export function bury(manifest: Manifest, documents: ReadonlySet<DocumentId>): Manifest {
  if (documents.size === 0) return manifest;
  const buried = (entry: SegmentEntry) =>
    entry.runs.some(([document, , dead]) => !dead && documents.has(document))
      ? { ...entry, runs: entry.runs.map((run): Run => (documents.has(run[0]) ? [run[0], run[1], true] : run)) }
      : entry;
  const { segments, tokens } = manifest;
  return { ...manifest, segments: segments.map(buried), ...(tokens && { tokens: tokens.map(buried) }) };
}

/** Row numbers that no longer count: removed, or of a document that is not `known`. */
export function deadRows(entry: SegmentEntry, known?: ReadonlySet<DocumentId>): Set<number> {
  const rows = new Set<number>();
  let row = 0;
  for (const [document, count, dead] of entry.runs) {
    if (dead || (known && !known.has(document))) for (let i = 0; i < count; i++) rows.add(row + i);
    row += count;
  }
  return rows;
}

export const liveRows = ({ runs }: SegmentEntry) => runs.reduce((sum, [, rows, dead]) => sum + (dead ? 0 : rows), 0);

/** Live rows by document. */
export function liveRowsByDocument(entries: Iterable<SegmentEntry>): Map<DocumentId, number> {
  const rows = new Map<DocumentId, number>();
  for (const { runs } of entries) {
    for (const [document, count, dead] of runs) if (!dead) rows.set(document, (rows.get(document) ?? 0) + count);
  }
  return rows;
}
