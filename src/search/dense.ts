import type { QueryVector } from '../core/answer.ts';
import type { SearchStatus } from '../core/engine.ts';
import type { ModelKey, Segment } from '../core/types.ts';
import { Bitmap } from '../kernels/bitmap.ts';
import { dot } from '../kernels/dot.ts';
import type { PackedRows } from '../kernels/packed-rows.ts';
import { measureRecall } from '../kernels/recall.ts';
import { VectorIndex } from '../kernels/vector-index.ts';
import { type RowRange, standardise } from './fuse.ts';

/** The form that stored segments carry, so that a query is answered before the rest has been read. */
export const PACKED_FORM = 'int4';
/** Lanes of so many rows are scored exactly, row by row: it takes a millisecond. Larger ones are read in 4 bits first. */
const EXACT_ROWS = 16_384;

/** Rows over which other queries say the same in the mean: few, that it is the same for any number of them. */
const LEVELLED = 50;

/** Float32 rows of a model of at most so many bytes are kept; of more than that, 7 bits a value. */
const FLOAT32_BYTES = 512 << 20;

/** Vectors of all segments, by the model that made them. */
export interface Vectors {
  /** The segment's rows get the numbers from `base` on. With `packed`, its vectors may come later, by `supply`. */
  add(segment: Omit<Segment, 'vectors'>, base: number, vectors: Float32Array | PackedRows): void;
  /** The vectors of the segment that was added at `base` as packed rows. */
  supply(base: number, vectors: Float32Array): void;
  kill(row: number): void;
  /**
   * What the queries' vectors say of each of `rows` rows; rows of which `skip` is 1 take no part.
   * Cost: one pass over the rows of the queries' models, in 4 bits where they are many.
   */
  ask(queries: readonly QueryVector[], rows: number, skip: Uint8Array, filtered: boolean): Meaning;
  modelAt(row: number): ModelKey;
  /** A copy of the row's vector, as exact as it is kept. @throws EngineError `bad-input` if it is not there (yet). */
  vector(row: number): Float32Array;
  /** Adds `weight` × the row's vector to `sum`; nothing while vectors of its model are still to come. */
  addRow(row: number, weight: number, sum: Float32Array): void;
  /** Cosine of two rows; undefined where no model has read both, or their vectors are still to come. */
  likeness(a: number, b: number): number | undefined;
  /**
   * How each lane is searched, and how well: recall is measured on 32 of its rows when it has grown by a quarter.
   * Cost: an exact pass then.
   */
  status(): SearchStatus['lanes'];
  /** Rows made by each model, as ranges: cosines are comparable within one lane, not across. */
  lanes(): ReadonlyMap<ModelKey, readonly RowRange[]>;
}

/** NaN where the query has no vector of the row's model, or the row takes no part. */
export interface Meaning {
  /** Cosine with the query as it was asked. */
  readonly cosine: Float32Array;
  /** Cosine with the vector that ranks: an adapted one, where there is one. */
  readonly ranking: Float32Array;
  /** Standard scores of `ranking` within each lane; 0 where there is none. */
  readonly standard: Float32Array;
  /** Whether all of this is exact; if not, cosines are estimates (an error of about .005) until they are refined. */
  readonly exact: boolean;
  /** Makes what is said of these rows exact, as far as their vectors are there. Cost: dim multiply-adds a row. */
  refine(rows: readonly number[]): void;
  /**
   * Moves the standard scores of these rows to what other queries say of them; the mean over the first of them stays, so
   * that they are comparable with the rest. Cost: as `refine`.
   */
  turn(queries: readonly QueryVector[], rows: readonly number[]): void;
  /** Moves the row's standard score as if the vector that ranks were nearer by `by`, a difference of cosines. */
  lift(row: number, by: number): void;
}

/** Rows of one segment: as its lane numbers them, and as the collection does. */
interface Stretch {
  readonly first: number;
  readonly base: number;
  readonly rows: number;
}

interface Lane {
  readonly index: VectorIndex;
  readonly stretches: Stretch[];
  /** The same rows as ranges of the collection's numbers. */
  readonly ranges: RowRange[];
  /** Segments whose vectors have not come. */
  missing: number;
  measured?: { readonly live: number; readonly recall: number };
}

/**
 * @param exactRows lanes of at most so many rows are scored exactly throughout.
 * @param expected rows of each model that are about to come, where that is known: of very many, float32 is not kept.
 */
export function createVectors(exactRows = EXACT_ROWS, expected: ReadonlyMap<ModelKey, number> = new Map()): Vectors {
  const lanes = new Map<ModelKey, Lane>();
  const all: (Stretch & { readonly model: ModelKey; readonly lane: Lane })[] = [];
  // Segments are few and ascending; the last that begins at or before the row holds it.
  const stretchAt = (row: number) => all.findLast(({ base }) => base <= row)!;

  return {
    add({ model, dim, chunks }, base, vectors) {
      let lane = lanes.get(model);
      if (!lane) {
        const exact = (expected.get(model) ?? 0) * dim * 4 > FLOAT32_BYTES ? 'int8' : 'float32';
        lane = { index: new VectorIndex({ dim, scan: PACKED_FORM, exact }), stretches: [], ranges: [], missing: 0 };
        lanes.set(model, lane);
      }
      const packed = !(vectors instanceof Float32Array);
      const first = packed ? lane.index.load(vectors) : lane.index.add(vectors);
      if (packed) lane.missing++;
      const stretch = { first, base, rows: chunks.length };
      lane.stretches.push(stretch);
      lane.ranges.push([base, base + chunks.length]);
      all.push({ ...stretch, model, lane });
    },

    supply(base, vectors) {
      const { lane, first } = stretchAt(base);
      lane.index.supply(first, vectors);
      lane.missing--;
    },

    kill(row) {
      const stretch = all.length > 0 ? stretchAt(row) : undefined;
      if (stretch) stretch.lane.index.remove(stretch.first + row - stretch.base);
    },

    ask(queries, rows, skip, filtered) {
      const cosine = new Float32Array(rows).fill(Number.NaN);
      const adapted = queries.some((query) => query.adapted);
      const ranking = adapted ? cosine.slice() : cosine;
      const standard = new Float32Array(rows);
      const asked = queries.flatMap((query) => {
        const lane = lanes.get(query.model);
        const into = { cosine, ranking, standard };
        return lane ? [{ model: query.model, ...askLane(lane, query, skip, filtered, exactRows, into) }] : [];
      });
      return {
        cosine,
        ranking,
        standard,
        exact: asked.every(({ exact }) => exact),
        refine: (some) => {
          for (const { refine } of asked) refine(some);
        },
        turn: (others, some) => {
          for (const { model, turn } of asked) {
            const other = others.find((query) => query.model === model);
            if (other) turn(other.values, some);
          }
        },
        lift: (row, by) => {
          for (const { lift } of asked) lift(row, by);
        },
      };
    },

    modelAt: (row) => stretchAt(row).model,
    vector(row) {
      const { lane, first, base } = stretchAt(row);
      return lane.index.vector(first + row - base);
    },
    addRow(row, weight, sum) {
      const { lane, first, base } = stretchAt(row);
      if (lane.missing > 0) return;
      const vector = lane.index.vector(first + row - base);
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * vector[i]!;
    },
    likeness(a, b) {
      const [one, other] = [stretchAt(a), stretchAt(b)];
      const { index, missing } = one.lane;
      if (one.lane !== other.lane || missing > 0) return undefined;
      return dot(index.vector(one.first + a - one.base), index.vector(other.first + b - other.base), 0);
    },
    status: () =>
      [...lanes].map(([model, lane]) => {
        const wholly = isExact(lane, exactRows);
        const recall = wholly ? 1 : recallOf(lane);
        const firstPass = wholly ? 'float32' : PACKED_FORM;
        return {
          model,
          rows: lane.index.live,
          firstPass,
          exact: lane.index.exact,
          ...(recall !== undefined && { recall }),
        };
      }),
    lanes: () => new Map([...lanes].map(([model, { ranges }]) => [model, ranges])),
  };
}

/** Whether every row is scored in float32. */
const isExact = ({ index, missing }: Lane, exactRows: number) =>
  missing === 0 && index.exact === 'float32' && index.live <= exactRows;

/** Fills in what one query vector says of its lane. */
function askLane(
  lane: Lane,
  { values, adapted }: QueryVector,
  skip: Uint8Array,
  filtered: boolean,
  exactRows: number,
  { cosine, ranking, standard }: Pick<Meaning, 'cosine' | 'ranking' | 'standard'>,
) {
  const { index, stretches, ranges } = lane;
  const exact = isExact(lane, exactRows);
  const filter = filtered ? { filter: filterOf(lane, skip) } : {};
  const vectors: (readonly [Float32Array, Float32Array])[] = [[cosine, values]];
  if (adapted) vectors.push([ranking, adapted]);
  else if (ranking !== cosine) vectors.push([ranking, values]);

  const dim = index.dim;
  const queries = new Float32Array(vectors.length * dim);
  for (const [i, [, vector]] of vectors.entries()) queries.set(vector, i * dim);
  const { scores, stride } = index.pass(queries, { exact, ...filter });
  for (const [i, [into]] of vectors.entries()) {
    for (const { first, base, rows } of stretches) {
      into.set(scores.subarray(i * stride + first, i * stride + first + rows), base);
    }
  }
  const { mean, deviation } = standardise(ranking, ranges, skip, standard);

  return {
    exact,
    lift(row: number, by: number) {
      const holds = stretches.some(({ base, rows }) => base <= row && row < base + rows);
      if (holds && deviation > 0) standard[row]! += by / deviation;
    },
    refine(some: readonly number[]) {
      for (const [into, vector] of vectors) {
        for (const { row, score } of exactly(vector, some)) {
          into[row] = score;
          if (into === ranking && deviation > 0) standard[row] = (score - mean) / deviation;
        }
      }
    },
    turn(vector: Float32Array, some: readonly number[]) {
      if (deviation === 0) return;
      const moves = exactly(vector, some).map(({ row, score }) => ({ row, by: (score - ranking[row]!) / deviation }));
      const first = moves.slice(0, LEVELLED);
      const middle = first.reduce((sum, { by }) => sum + by, 0) / first.length;
      for (const { row, by } of moves) standard[row]! += by - middle;
    },
  };

  /** The lane's own of these rows with their cosines; without those whose vectors have not come. */
  function exactly(vector: Float32Array, some: readonly number[]) {
    const own = some.flatMap((row) => {
      const stretch = stretches.find(({ base, rows }) => base <= row && row < base + rows);
      return stretch ? [{ row, number: stretch.first + row - stretch.base }] : [];
    });
    const numbers = Uint32Array.from(own, ({ number }) => number);
    const scores = index.score(vector, numbers);
    return own.flatMap(({ row }, i) => (Number.isNaN(scores[i]!) ? [] : [{ row, score: scores[i]! }]));
  }
}

function recallOf(lane: Lane): number | undefined {
  const { live } = lane.index;
  // While vectors are missing, what counts as exact is not: the last figure stands.
  const isOld = !lane.measured || Math.abs(live - lane.measured.live) * 4 > lane.measured.live;
  if (isOld && lane.missing === 0) lane.measured = { live, recall: measureRecall(lane.index, { sample: 32 }).recall };
  return lane.measured?.recall;
}

function filterOf({ index, stretches }: Lane, skip: Uint8Array): Bitmap {
  const filter = new Bitmap(index.rows);
  for (const { first, base, rows } of stretches) {
    for (let i = 0; i < rows; i++) if (skip[base + i] === 0) filter.add(first + i);
  }
  return filter;
}
