import type { QueryVector } from '../core/answer.ts';
import type { SparseRows } from '../core/sparse.ts';
import type { ModelKey, Segment } from '../core/types.ts';
import { ImpactScorer } from '../kernels/impact-scorer.ts';
import type { Lists } from '../kernels/lists.ts';
import { idf } from './bm25.ts';
import type { RowRange } from './fuse.ts';

/** Learned-sparse vectors of all segments that have them, by the model whose head made them. */
export interface SparseVectors {
  /** The segment's rows get the numbers from `base` on. Cost: two passes over its entries. */
  add(segment: Omit<Segment, 'vectors'>, base: number): void;
  /**
   * Σ over shared tokens of query impact × passage impact × idf, for each of `rows` rows; 0 for a row without a vector
   * of the query's model. idf = ln(1 + (N − df + ½) / (df + ½)) over the lane's rows that do not `skip`: what a head
   * learnt elsewhere about a token is taken together with how rare the token is here.
   *
   * Cost: the postings of the query's tokens.
   */
  score(queries: readonly QueryVector[], rows: number, skip: Uint8Array): Float32Array;
  /** Rows made by each model's head. */
  lanes(): ReadonlyMap<ModelKey, readonly RowRange[]>;
}

/** Rows of a segment the other way round: token `ids[i]` has the entries `offsets[i]` to `offsets[i + 1]` of the lists. */
interface Part {
  readonly base: number;
  /** Ascending. */
  readonly ids: Uint32Array;
  readonly offsets: Uint32Array;
  /** Rows count from `base`, ascending within a token. */
  readonly lists: Lists;
}

/** Row numbers within a part have 16 bits. */
const PART_ROWS = 65_536;

export function createSparseVectors(): SparseVectors {
  let made: ImpactScorer | undefined;
  const scorer = () => {
    made ??= new ImpactScorer();
    return made;
  };
  const parts = new Map<ModelKey, Part[]>();
  const lanes = new Map<ModelKey, RowRange[]>();

  return {
    add({ model, sparse, chunks }, base) {
      if (!sparse) return;
      for (let from = 0; from < chunks.length; from += PART_ROWS) {
        const { ids, offsets, rows, impacts } = invert(sparse, from, Math.min(chunks.length, from + PART_ROWS));
        push(parts, model, { base: base + from, ids, offsets, lists: scorer().keep(rows, impacts) });
      }
      push(lanes, model, [base, base + chunks.length] as const);
    },
    score(queries, rows, skip) {
      const skipping = skip.includes(1);
      for (const { model, sparse } of queries) {
        const lane = parts.get(model);
        if (!sparse || !lane) continue;
        const live = countLive(lanes.get(model)!, skip);
        for (const [i, id] of sparse.indices.entries()) {
          const found = lane.flatMap((part) => {
            const t = indexOf(part.ids, id);
            return t < 0 ? [] : [{ part, from: part.offsets[t]!, to: part.offsets[t + 1]! }];
          });
          let held = 0;
          for (const { part, from, to } of found) {
            if (!skipping) held += to - from;
            else for (const row of scorer().rowsOf(part.lists, from, to)) held += 1 - skip[part.base + row]!;
          }
          const weight = sparse.values[i]! * idf(live, held);
          for (const { part, from, to } of found) scorer().push(part.lists, part.base, from, to, weight);
        }
      }
      return made ? made.sum(rows) : new Float32Array(rows);
    },
    lanes: () => lanes,
  };
}

/** Where a number is in an ascending list, or -1. */
function indexOf(ids: Uint32Array, id: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : -1;
}

/** Counting sort of the entries of rows `first` … `end − 1` by token. */
function invert({ offsets: starts, indices, values }: SparseRows, first: number, end: number) {
  const some = indices.subarray(starts[first], starts[end]);
  const counts = new Map<number, number>();
  for (const id of some) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = Uint32Array.from(counts.keys()).sort();
  const offsets = new Uint32Array(ids.length + 1);
  const next = new Map<number, number>();
  for (const [i, id] of ids.entries()) {
    next.set(id, offsets[i]!);
    offsets[i + 1] = offsets[i]! + counts.get(id)!;
  }
  const rows = new Uint16Array(some.length);
  const impacts = new Uint8Array(some.length);
  for (let row = first; row < end; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const at = next.get(indices[entry]!)!;
      next.set(indices[entry]!, at + 1);
      rows[at] = row - first;
      impacts[at] = values[entry]!;
    }
  }
  return { ids, offsets, rows, impacts };
}

function countLive(ranges: readonly RowRange[], skip: Uint8Array): number {
  let count = 0;
  for (const [start, end] of ranges) for (let row = start; row < end; row++) if (skip[row] === 0) count++;
  return count;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
