import { type SparseVector, sparseRow, sparseRows } from '../core/sparse.ts';
import type { Segment } from '../core/types.ts';
import { deadRows, liveRows, type Manifest, type SegmentEntry } from './manifest.ts';
import { SEGMENT_ROWS } from './segments.ts';

/** A segment enters the next tier at eight times the rows: 1, 8, 64, 512, and 4,096, where it is full. */
const TIER_FACTOR = 8;

/**
 * Runs of neighbouring segments, of one model and language, that are worth becoming one.
 *
 * A run is worth it when what lives in it has enough rows for the next tier, so that a row is copied at most once a
 * tier, four times in all; or when at least half of a segment's rows are dead. With `everything`, all segments that
 * are not full are, and all dead rows go. Order within a model and language is kept: only neighbours merge.
 *
 * A segment that lacks one of the `derived` blocks, since an older Nearfield wrote it, is a run by itself: writing it
 * again is how it gets them.
 *
 * @param full rows that one has at most.
 */
export function runsToMerge(
  { segments }: Pick<Manifest, 'segments'>,
  everything = false,
  derived: readonly string[] = [],
  full = SEGMENT_ROWS,
): SegmentEntry[][] {
  const lanes = new Map<string, SegmentEntry[]>();
  for (const entry of segments) {
    const lane = `${entry.model} ${entry.language} ${entry.dim}`;
    const others = lanes.get(lane);
    if (others) others.push(entry);
    else lanes.set(lane, [entry]);
  }
  const runs = [...lanes.values()].flatMap((lane) =>
    stretches(lane, everything, full).flatMap((stretch) => worthIt(stretch, everything, full)),
  );
  const merged = new Set(runs.flat());
  const isWhole = (entry: SegmentEntry) => derived.every((name) => entry.derived?.includes(name));
  return [...runs, ...segments.filter((one) => !merged.has(one) && !isWhole(one)).map((one) => [one])];
}

/** The live rows of neighbouring segments as one segment, in order. Cost: one copy of the vectors. */
export function mergeSegments(run: readonly { readonly entry: SegmentEntry; readonly segment: Segment }[]): Segment {
  const { model, language, dim } = run[0]!.segment;
  const chunks: Segment['chunks'][number][] = [];
  const sparse: SparseVector[] = [];
  const vectors = new Float32Array(run.reduce((sum, { entry }) => sum + liveRows(entry), 0) * dim);
  for (const { entry, segment } of run) {
    const dead = deadRows(entry);
    segment.chunks.forEach((chunk, row) => {
      if (dead.has(row)) return;
      vectors.set(segment.vectors.subarray(row * dim, (row + 1) * dim), chunks.length * dim);
      chunks.push(chunk);
      sparse.push(segment.sparse ? sparseRow(segment.sparse, row) : NOTHING);
    });
  }
  const hasSparse = run.some(({ segment }) => segment.sparse);
  return { id: 0, model, language, dim, chunks, vectors, ...(hasSparse && { sparse: sparseRows(sparse) }) };
}

const NOTHING: SparseVector = { indices: new Uint32Array(0), values: new Uint8Array(0) };

/** Whether merging leaves a segment alone because it is as good as it gets. */
function isFull(entry: SegmentEntry, everything: boolean, full: number): boolean {
  const live = liveRows(entry);
  return everything ? live >= full : entry.rows >= full && live * 2 > entry.rows;
}

/** The longest runs of neighbours without a full one between them. */
function stretches(lane: readonly SegmentEntry[], everything: boolean, full: number): SegmentEntry[][] {
  const runs: SegmentEntry[][] = [[]];
  for (const entry of lane) {
    if (isFull(entry, everything, full)) runs.push([]);
    else runs.at(-1)!.push(entry);
  }
  return runs.filter((run) => run.length > 0);
}

function worthIt(stretch: SegmentEntry[], everything: boolean, full: number): SegmentEntry[][] {
  const live = stretch.map(liveRows);
  const total = live.reduce((sum, rows) => sum + rows, 0);
  if (everything) {
    const hasDead = stretch.some((entry, i) => live[i]! < entry.rows);
    return hasDead || Math.ceil(total / full) < stretch.length ? [stretch] : [];
  }
  // The highest tier first: it takes the lower ones behind it along.
  for (let limit = full; limit > 1; limit /= TIER_FACTOR) {
    let [from, rows] = [stretch.length, 0];
    while (from > 0 && live[from - 1]! < limit) rows += live[--from]!;
    if (rows >= limit && stretch.length - from > 1) return [stretch.slice(from)];
  }
  return stretch.filter((entry, i) => live[i]! * 2 <= entry.rows).map((entry) => [entry]);
}
