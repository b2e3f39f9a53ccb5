import type { Bitmap } from './bitmap.ts';
import { popcount } from './bitmap.ts';
import type { Fold } from './quantise.ts';
import { foldQuery, GROUP } from './quantise.ts';
import { LEVELS, type Levels, type Machine, SEGMENT_ROWS, type Segment } from './segment.ts';

/** What a pass compares: levels, or the exact rows as far as the index holds them. */
export type Form = Levels | 'exact';

/** The best rows of one query, best first, and the mean and standard deviation of the scores of all that took part. */
export interface Best {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  readonly mean: number;
  readonly deviation: number;
}

/** Rows scanned at a time: about 200 KB, which stays in the cache while one query after the other reads it. */
const BLOCK_ROWS = { int4: 1024, int8: 512, exact: 128 } as const;

/** Rows `from` … `from + rows − 1` of a segment, to be scored by `form`; `rows` is a multiple of 16. */
interface Block {
  readonly from: number;
  readonly rows: number;
  readonly form: Form;
}

/** Where in linear memory a pass keeps what. */
type Places = Readonly<
  Record<'present' | 'scores' | 'block' | 'folded' | 'vectors' | 'prepared' | 'sums' | 'best' | 'bestRows', number>
>;

/** Scans segments that share one linear memory. */
export class Scanner {
  readonly #machine: Machine;
  readonly #dim: number;
  readonly #padded: number;

  constructor(machine: Machine, dim: number) {
    this.#machine = machine;
    this.#dim = dim;
    this.#padded = Math.ceil(dim / GROUP) * GROUP;
  }

  /**
   * The `k` best rows for each query, by the scores of `form`; memory is read once for all queries.
   *
   * Shapes   queries: count × dim. Row r of segment s is row 4,096 s + r.
   *          `all`: for each query room for every row's score, filled in but for segments where no row takes part.
   * Ties     the lower row comes first.
   * Cost     a pass over the blocks; `k` moves at most for each score among the `k` best so far.
   */
  run(
    segments: readonly Segment[],
    queries: Float32Array,
    form: Form,
    k: number,
    filter?: Bitmap,
    all?: readonly Float32Array[],
  ): Best[] {
    const count = queries.length / this.#dim;
    const at = this.#layOut(count, k);
    const { memory, kernels } = this.#machine;
    this.#writeQueries(queries, at.vectors);
    memory.views.f32.fill(-Infinity, at.best / 4, at.best / 4 + count * k);
    const moments = new Float64Array(count * 2);
    let live = 0;
    segments.forEach((segment, number) => {
      const taking = this.#writePresent(segment, number, at.present, filter);
      if (taking === 0) return;
      live += taking;
      memory.views.f32.fill(0, at.sums / 4, at.sums / 4 + count * 8);
      const folds = form === 'exact' || segment.packed === 0 ? [] : this.#writeFolds(segment, queries, form, at);
      for (const block of blocksOf(segment, form)) {
        const first = number * SEGMENT_ROWS + block.from;
        const scan = this.#scanOf(segment, block, folds, at);
        for (let q = 0; q < count; q++) {
          scan(q);
          kernels.moments(at.scores, block.rows, at.sums + q * 32);
          if (k > 0) kernels.select(at.scores, block.rows, first, k, at.best + q * k * 4, at.bestRows + q * k * 4);
          if (all) this.#copyScores(all[q]!, first, Math.min(block.rows, segment.rows - block.from), at.scores);
        }
      }
      this.#addMoments(moments, at.sums);
    });
    return Array.from({ length: count }, (_, q) => this.#best(q, k, live, moments, at));
  }

  /** The exact score of each of the given rows. */
  score(segments: readonly Segment[], query: Float32Array, rows: Uint32Array): Float32Array {
    const { memory, kernels } = this.#machine;
    const bytes = this.#padded * 4;
    const at = memory.scratch(bytes + rows.length * (8 + bytes));
    const scores = at + bytes;
    const addresses = scores + rows.length * 4;
    const room = addresses + rows.length * 4;
    this.#writeQueries(query, at);
    rows.forEach((row, i) => {
      const segment = segments[Math.floor(row / SEGMENT_ROWS)]!;
      memory.views.u32[addresses / 4 + i] = this.#exactRows(segment, row % SEGMENT_ROWS, 1, room + i * bytes);
    });
    kernels.scoreFloat32(at, addresses, rows.length, bytes, scores);
    return memory.views.f32.slice(scores / 4, scores / 4 + rows.length);
  }

  /** A copy of one row, as exact as the index holds it. */
  row(segment: Segment, row: number): Float32Array {
    const room = this.#machine.memory.scratch(this.#padded * 4);
    const at = this.#exactRows(segment, row, 1, room) / 4;
    return this.#machine.memory.views.f32.slice(at, at + this.#dim);
  }

  /** Where rows `from` … are in float32: in place, or made from 7-bit levels in `room`. */
  #exactRows(segment: Segment, from: number, count: number, room: number): number {
    if (segment.float32 > 0) return segment.float32 + from * this.#padded * 4;
    const { at, quantiser } = segment.levels.get('int8')!;
    const { f32, u8 } = this.#machine.memory.views;
    for (let row = 0; row < count; row++) {
      const source = at + (from + row) * this.#padded;
      const target = room / 4 + row * this.#padded;
      for (let i = 0; i < this.#padded; i++) {
        f32[target + i] = quantiser.low[i]! + quantiser.step[i]! * u8[source + i]!;
      }
    }
    return room;
  }

  /** Scores a block for the query of the given number. */
  #scanOf(segment: Segment, { from, rows, form }: Block, folds: readonly Fold[], at: Places): (query: number) => void {
    const { kernels } = this.#machine;
    const padded = this.#padded;
    const present = at.present + from / 8;
    if (form === 'exact') {
      const block = this.#exactRows(segment, from, rows, at.block);
      return (q) => kernels.scanFloat32(at.vectors + q * padded * 4, block, rows, padded * 4, present, at.scores);
    }
    const block = segment.levels.get(form)!.at + from * LEVELS[form].rowBytes(padded);
    const scan = form === 'int4' ? kernels.scanInt4 : kernels.scanInt8;
    return (q) => {
      const { scale, base } = folds[q]!;
      scan(at.prepared + q * padded * 2, block, rows, padded / GROUP, present, scale, base, at.scores);
    };
  }

  #layOut(count: number, k: number): Places {
    const sizes = {
      present: SEGMENT_ROWS / 8,
      scores: SEGMENT_ROWS * 4,
      block: BLOCK_ROWS.exact * this.#padded * 4,
      folded: this.#padded,
      vectors: count * this.#padded * 4,
      prepared: count * this.#padded * 2,
      sums: count * 32,
      best: count * k * 4,
      bestRows: count * k * 4,
    };
    let at = this.#machine.memory.scratch(Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0));
    const place = (bytes: number) => {
      at += bytes;
      return at - bytes;
    };
    return Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, place(bytes)])) as unknown as Places;
  }

  #writeQueries(queries: Float32Array, at: number): void {
    const { f32 } = this.#machine.memory.views;
    for (let q = 0; q * this.#dim < queries.length; q++) {
      const to = at / 4 + q * this.#padded;
      f32.set(queries.subarray(q * this.#dim, (q + 1) * this.#dim), to);
      f32.fill(0, to + this.#dim, to + this.#padded);
    }
  }

  /** The rows of a segment that are alive and pass the filter, as a bitmap at `at`; says how many. */
  #writePresent(segment: Segment, number: number, at: number, filter: Bitmap | undefined): number {
    const { u32 } = this.#machine.memory.views;
    u32.set(segment.alive, at / 4);
    if (!filter) return segment.live;
    const words = segment.alive.length;
    let count = 0;
    for (let i = 0; i < words; i++) {
      const present = segment.alive[i]! & (filter.words[number * words + i] ?? 0);
      u32[at / 4 + i] = present;
      count += popcount(present);
    }
    return count;
  }

  #writeFolds(segment: Segment, queries: Float32Array, form: Levels, at: Places): Fold[] {
    const { memory, kernels } = this.#machine;
    const { quantiser } = segment.levels.get(form)!;
    const folded = memory.views.i8.subarray(at.folded, at.folded + this.#padded);
    return Array.from({ length: queries.length / this.#dim }, (_, q) => {
      const fold = foldQuery(queries.subarray(q * this.#dim, (q + 1) * this.#dim), quantiser, folded);
      const prepare = form === 'int4' ? kernels.prepareInt4 : kernels.prepareInt8;
      prepare(at.folded, this.#padded / GROUP, at.prepared + q * this.#padded * 2);
      return fold;
    });
  }

  #copyScores(all: Float32Array, first: number, rows: number, at: number): void {
    all.set(this.#machine.memory.views.f32.subarray(at / 4, at / 4 + rows), first);
  }

  /** Empties a segment's float32 moments into the float64 ones: a million additions are too many for float32. */
  #addMoments(moments: Float64Array, at: number): void {
    const { f32 } = this.#machine.memory.views;
    for (let i = 0; i < moments.length; i++) {
      for (let lane = 0; lane < 4; lane++) moments[i]! += f32[at / 4 + i * 4 + lane]!;
    }
  }

  #best(q: number, k: number, live: number, moments: Float64Array, at: Places): Best {
    const { f32, u32 } = this.#machine.memory.views;
    const scores = f32.slice(at.best / 4 + q * k, at.best / 4 + (q + 1) * k);
    const rows = u32.slice(at.bestRows / 4 + q * k, at.bestRows / 4 + (q + 1) * k);
    const end = scores.indexOf(-Infinity);
    const mean = live > 0 ? moments[q * 2]! / live : 0;
    const square = live > 0 ? moments[q * 2 + 1]! / live : 0;
    return {
      rows: end < 0 ? rows : rows.subarray(0, end),
      scores: end < 0 ? scores : scores.subarray(0, end),
      mean,
      deviation: Math.sqrt(Math.max(0, square - mean * mean)),
    };
  }
}

/** A segment in blocks: those with levels by their levels, the last few rows and all of an exact pass exactly. */
function* blocksOf(segment: Segment, wanted: Form): Generator<Block> {
  const packed = wanted === 'exact' ? 0 : segment.packed;
  for (let from = 0; from < segment.rows; ) {
    const form = from < packed ? wanted : 'exact';
    const end = form === 'exact' ? Math.ceil(segment.rows / 16) * 16 : packed;
    const rows = Math.min(BLOCK_ROWS[form], end - from);
    yield { from, rows, form };
    from += rows;
  }
}
