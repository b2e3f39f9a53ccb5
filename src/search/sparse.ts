import type { QueryVector } from '../core/answer.ts';
import type { SparseRows } from '../core/sparse.ts';
import type { ModelKey, Segment } from '../core/types.ts';
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

/** One segment the other way round: token `ids[i]` has the rows and impacts from `offsets[i]` to `offsets[i + 1]`. */
interface Postings {
  readonly base: number;
  /** Ascending. */
  readonly ids: Uint32Array;
  readonly offsets: Uint32Array;
  /** Ascending within a token, counted from `base`. */
  readonly rows: Uint32Array;
  readonly impacts: Uint8Array;
}

export function createSparseVectors(): SparseVectors {
  const parts = new Map<ModelKey, Postings[]>();
  const lanes = new Map<ModelKey, RowRange[]>();

  return {
    add({ model, sparse, chunks }, base) {
      if (!sparse) return;
      push(parts, model, invert(sparse, base));
      push(lanes, model, [base, base + chunks.length] as const);
    },
    score(queries, rows, skip) {
      const scores = new Float32Array(rows);
      for (const { model, sparse } of queries) {
        const lane = parts.get(model);
        if (!sparse || !lane) continue;
        const live = countLive(lanes.get(model)!, skip);
        for (const [i, id] of sparse.indices.entries()) {
          const lists = lane.flatMap((part) => listOf(part, id) ?? []);
          const weight = sparse.values[i]! * idf(live, countRows(lists, skip));
          for (const { base, rows: held, impacts } of lists) {
            for (let at = 0; at < held.length; at++) scores[base + held[at]!]! += weight * impacts[at]!;
          }
        }
      }
      return scores;
    },
    lanes: () => lanes,
  };
}

type List = Pick<Postings, 'base' | 'rows' | 'impacts'>;

function listOf({ base, ids, offsets, rows, impacts }: Postings, id: number): List | undefined {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  if (ids[low] !== id) return undefined;
  const [from, to] = [offsets[low]!, offsets[low + 1]!];
  return { base, rows: rows.subarray(from, to), impacts: impacts.subarray(from, to) };
}

/** Counting sort of the entries by token. */
function invert({ offsets: starts, indices, values }: SparseRows, base: number): Postings {
  const counts = new Map<number, number>();
  for (const id of indices) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = Uint32Array.from(counts.keys()).sort();
  const offsets = new Uint32Array(ids.length + 1);
  const next = new Map<number, number>();
  for (const [i, id] of ids.entries()) {
    next.set(id, offsets[i]!);
    offsets[i + 1] = offsets[i]! + counts.get(id)!;
  }
  const rows = new Uint32Array(indices.length);
  const impacts = new Uint8Array(indices.length);
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const at = next.get(indices[entry]!)!;
      next.set(indices[entry]!, at + 1);
      rows[at] = row;
      impacts[at] = values[entry]!;
    }
  }
  return { base, ids, offsets, rows, impacts };
}

function countRows(lists: readonly List[], skip: Uint8Array): number {
  let count = 0;
  for (const { base, rows } of lists) for (const row of rows) if (skip[base + row] === 0) count++;
  return count;
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
