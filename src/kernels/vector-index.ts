import { EngineError } from '../core/errors.ts';
import type { Bitmap } from './bitmap.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import type { PackedRows } from './packed-rows.ts';
import { GROUP } from './quantise.ts';
import { type Best, bestOf, type Form, Scanner } from './scan.ts';
import { type Levels, type Machine, ROW_STEP, SCORE_STEP, SEGMENT_ROWS, Segment, writeRows } from './segment.ts';
import { makeSigns } from './signs.ts';

export interface VectorIndexOptions {
  /** Values per row. */
  readonly dim: number;
  /** What the first pass reads: 192, 384 or 1,536 bytes a row of 384. `float32` is exact by itself. Default `int4`. */
  readonly scan?: Levels | 'float32';
  /**
   * What the candidates are scored by. `float32` (the default) keeps every row as it came: 1.7 GB for a million rows
   * of 384 beside `int4`. `int8` lets it go when a segment is full and scores by 7-bit rows: 0.6 GB, errors of about
   * 0.001 in a cosine.
   */
  readonly exact?: 'float32' | 'int8';
  /** From so many rows on, a pass over levels looks at one bit a value first. Default 32,768: below, it saves nothing. */
  readonly signedFrom?: number;
  /** Other kernels than the best there are: for tests and comparisons. */
  readonly kernels?: KernelForm;
}

export interface VectorSearchOptions {
  /** How many of the first pass are scored exactly. Default 4 k and at least 40, or half of that where the pass is `int8` over fewer than `signedFrom`. */
  readonly candidates?: number;
  /** Only these rows. */
  readonly filter?: Bitmap;
}

export interface PassOptions extends Pick<VectorSearchOptions, 'filter'> {
  /** Scores every row by what the index keeps in float32, instead of by the first pass's levels. */
  readonly exact?: boolean;
}

/** What a pass says of every row. */
export interface Pass {
  /**
   * Query after query, `stride` scores each, by row; -Infinity where one takes no part. Exact, or an estimate (an error
   * of about .005 in a cosine for int4, of .03 for rows that their signs leave far behind). A view that holds until the next call.
   */
  readonly scores: Float32Array;
  readonly stride: number;
}

/**
 * Vectors in memory, searched by a pass over every row: no graph to build, nothing to tune, equal input, equal output.
 *
 * A search reads a few bits of each row (`scan`), keeps the best candidates and scores those exactly (`exact`). Rows
 * are kept in segments of at most 4,096, each with its own quantiser; the last, unfinished one is scored in float32
 * where it has no levels yet. Row numbers ascend from 0 and are never given again; a segment that was loaded begins at
 * a multiple of 32, so some numbers may be left out.
 */
export class VectorIndex {
  readonly dim: number;
  readonly scan: Levels | 'float32';
  readonly exact: 'float32' | 'int8';
  readonly #signedFrom: number;
  readonly #machine: Machine;
  readonly #padded: number;
  readonly #scanner: Scanner;
  readonly #segments: Segment[] = [];
  #staging = 0;

  /** @throws EngineError `bad-input` if `dim` is not a whole number from 1. */
  constructor({ dim, scan = 'int4', exact = 'float32', signedFrom = 32_768, kernels }: VectorIndexOptions) {
    if (!Number.isInteger(dim) || dim < 1)
      throw new EngineError('bad-input', `expected a dimension from 1, got ${dim}`);
    if (scan === 'float32' && exact === 'int8') {
      throw new EngineError(
        'bad-input',
        'expected a first pass over int4 or int8 where float32 is not kept, got float32',
      );
    }
    this.dim = dim;
    this.scan = scan;
    this.exact = exact;
    this.#signedFrom = signedFrom;
    this.#machine = createKernels(kernels);
    this.#padded = Math.ceil(dim / GROUP) * GROUP;
    this.#scanner = new Scanner(this.#machine, dim);
  }

  /** One more than the last row's number: rows added so far, the removed ones and numbers left out included. */
  get rows(): number {
    const last = this.#segments.at(-1);
    return last ? last.first + last.rows : 0;
  }

  /** Rows that take part in a search. */
  get live(): number {
    return this.#scanner.live;
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    return this.#machine.memory.used;
  }

  /**
   * Adds rows, all of length 1 (the caller's promise), and returns the number of the first.
   *
   * Cost     a copy, and levels for the segments it touches: some 10 ms for 4,096 rows.
   * @throws EngineError `bad-input` if `block` is not whole rows; `quota-exceeded` if there is no more memory, and
   *   then the rows that did fit are in.
   */
  add(block: Float32Array): number {
    this.#checkShape(block);
    const start = this.#openSegment();
    const first = start.first + start.rows;
    for (let done = 0; done < block.length / this.dim; ) {
      const segment = this.#openSegment();
      const before = segment.rows;
      done += segment.append(this.#machine, this.#padded, block.subarray(done * this.dim), this.dim);
      segment.pack(this.#machine, this.#padded);
      if (segment.full && this.exact === 'int8') segment.float32 = 0; // the staging room is the next one's
      this.#scanner.enliven(segment.first + before, segment.first + segment.rows);
      this.#scanner.describe(this.#segments, this.#segments.length - 1);
    }
    this.#sign();
    return first;
  }

  /**
   * Adds rows that were packed before, and returns the number of the first. They are searched at once, by their levels
   * alone until `supply` brings them in float32.
   *
   * Cost     a copy.
   * @throws EngineError `bad-input` if they are of another dimension or not in the form that the first pass reads;
   *   `quota-exceeded`.
   */
  load(packed: PackedRows): number {
    if (packed.dim !== this.dim || packed.form !== this.scan) {
      const wanted = `${this.scan} rows of ${this.dim} values`;
      throw new EngineError('bad-input', `expected ${wanted}, got ${packed.form} rows of ${packed.dim}`);
    }
    const first = Math.ceil(this.rows / ROW_STEP) * ROW_STEP;
    const room = Math.ceil(packed.rows / SCORE_STEP) * SCORE_STEP;
    const segment = new Segment(this.#machine, this.#padded, new Set([packed.form]), first, room);
    const { at, fit } = segment.levels.get(packed.form)!;
    this.#machine.memory.views.u8.set(packed.levels, at);
    this.#machine.memory.views.f32.set(packed.fit, fit / 4);
    segment.rows = packed.rows;
    segment.packed = room;
    this.#segments.push(segment);
    this.#scanner.enliven(first, first + packed.rows);
    this.#scanner.describe(this.#segments, this.#segments.length - 1);
    this.#sign();
    return first;
  }

  /**
   * Brings the rows that were loaded as row `first` and on in float32; where `exact` says so, 7 bits a value of them are kept.
   * Cost: a copy, or as `add`. @throws EngineError `bad-input`, `quota-exceeded`.
   */
  supply(first: number, block: Float32Array): void {
    const number = this.#segments.findIndex((segment) => segment.first === first);
    const segment = this.#segments[number];
    if (!segment || block.length !== segment.rows * this.dim) {
      throw new EngineError('bad-input', `expected the rows loaded as ${first}, got ${block.length} values`);
    }
    if (this.exact === 'int8') segment.keepLevels(this.#machine, this.#padded, this.exact, block, this.dim);
    else {
      if (segment.float32 === 0) segment.float32 = this.#machine.memory.allocate(segment.room * this.#padded * 4);
      writeRows(this.#machine.memory, segment.float32, this.#padded, block, this.dim);
    }
    this.#scanner.describe(this.#segments, number);
  }

  /** Takes a row out of all searches. Its memory stays. A row that is not there is left out. */
  remove(row: number): void {
    this.#scanner.kill(row);
  }

  /** Whether a search can find the row. */
  has(row: number): boolean {
    return this.#scanner.isAlive(row);
  }

  /** A copy of a row, removed or not, as exact as it is kept. @throws EngineError `bad-input` if there is none. */
  vector(row: number): Float32Array {
    const segment = this.#segmentOf(row);
    const vector = segment && row < segment.first + segment.rows && this.#scanner.row(segment, row - segment.first);
    if (!vector) throw new EngineError('bad-input', `expected a row below ${this.rows}, got ${row}`);
    return vector;
  }

  /**
   * The `k` rows nearest to each of several queries, read in one pass.
   *
   * Shapes   queries: any number × dim, row-major; result: one `Best` a query, of at most k rows, best first.
   * Units    cosines, where rows and queries have length 1. `mean` and `deviation` are those of the first pass over
   *          all rows that take part.
   * Ties     the lower row comes first.
   * Exact    scores are; that no better row was missed holds for all but about 1 in 1,000, see `measureRecall`.
   * @throws EngineError `bad-input` if `queries` is not whole rows.
   */
  search(queries: Float32Array, k: number, options: VectorSearchOptions = {}): readonly Best[] {
    if (this.scan === 'float32') return this.searchExact(queries, k, options.filter);
    this.#checkShape(queries);
    checkCount(k);
    const each = this.scan === 'int8' && this.live < this.#signedFrom ? 2 : 4;
    const candidates = k === 0 ? 0 : Math.min(Math.max(options.candidates ?? each * Math.max(10, k), k), this.live);
    const { bests } = this.#scanner.run(this.#segments, queries, this.scan, candidates, {
      ...options,
      signedFrom: this.#signedFrom,
    });
    return this.#rescore(queries, bests, k);
  }

  /** As `search`, but every row is scored exactly: what `search` is measured by. Rows loaded without float32 are not found. */
  searchExact(queries: Float32Array, k: number, filter?: Bitmap): readonly Best[] {
    this.#checkShape(queries);
    checkCount(k);
    const options = filter ? { filter } : {};
    if (this.exact === 'float32') {
      return this.#scanner.run(this.#segments, queries, 'exact', Math.min(k, this.live), options).bests;
    }
    // A pass over the 7-bit rows, whose best are scored by what these rows are in float32.
    const candidates = Math.min(Math.max(40, 4 * k), this.live);
    return this.#rescore(queries, this.#scanner.run(this.#segments, queries, 'int8', candidates, options).bests, k);
  }

  /** A pass by itself, for those who weigh its scores against others and then ask `score` for the best. */
  pass(queries: Float32Array, { exact = false, filter }: PassOptions = {}): Pass {
    this.#checkShape(queries);
    const form: Form = exact || this.scan === 'float32' ? 'exact' : this.scan;
    const { scores, stride } = this.#scanner.run(this.#segments, queries, form, 0, {
      ...(filter && { filter }),
      stride: Math.ceil(this.rows / ROW_STEP) * ROW_STEP,
      signedFrom: this.#signedFrom,
    });
    return { scores, stride };
  }

  /** The exact score of each of the given rows; NaN where one is not (yet) there in float32 or 7 bits. */
  score(query: Float32Array, rows: Uint32Array): Float32Array {
    return this.#scanner.score((row) => this.#segmentOf(row)!, query, rows);
  }

  /** The `k` best of what a pass found, by exact scores; a row that has none keeps its estimate. */
  #rescore(queries: Float32Array, bests: readonly Best[], k: number): Best[] {
    return bests.map(({ rows, scores: estimates, mean, deviation }, q) => {
      const scores = this.score(queries.subarray(q * this.dim, (q + 1) * this.dim), rows);
      for (let i = 0; i < rows.length; i++) if (Number.isNaN(scores[i])) scores[i] = estimates[i]!;
      return { ...bestOf(scores, rows, k), mean, deviation };
    });
  }

  /** Gives signs to the segments that will not grow any more, once there are rows enough. */
  #sign(): void {
    if (this.scan === 'float32' || this.rows < this.#signedFrom) return;
    let weights = this.#segments.find(({ signs }) => signs)?.signs?.weights;
    for (const segment of this.#segments) {
      if (segment.signs || segment.packed < segment.rows || (segment.room === SEGMENT_ROWS && !segment.full)) continue;
      segment.signs = makeSigns(this.#machine, this.#padded, segment, this.scan, weights);
      weights = segment.signs.weights;
    }
  }

  #segmentOf(row: number): Segment | undefined {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#segments[middle]!.first <= row) low = middle + 1;
      else high = middle;
    }
    return this.#segments[low - 1];
  }

  #openSegment(): Segment {
    const last = this.#segments.at(-1);
    if (last && last.room === SEGMENT_ROWS && !last.full && last.float32 > 0) return last;
    const { memory } = this.#machine;
    const room = SEGMENT_ROWS * this.#padded * 4;
    if (this.exact === 'int8') this.#staging ||= memory.allocate(room);
    const float32 = this.#staging || memory.allocate(room);
    const forms = new Set([this.scan, this.exact].filter((form): form is Levels => form !== 'float32'));
    const first = Math.ceil(this.rows / ROW_STEP) * ROW_STEP;
    const segment = new Segment(this.#machine, this.#padded, forms, first, SEGMENT_ROWS);
    segment.float32 = float32;
    this.#segments.push(segment);
    return segment;
  }

  #checkShape(block: Float32Array): void {
    if (block.length % this.dim === 0) return;
    throw new EngineError('bad-input', `expected whole rows of ${this.dim} values, got ${block.length} values`);
  }
}

function checkCount(k: number): void {
  if (!Number.isInteger(k) || k < 0) throw new EngineError('bad-input', `expected a number of hits from 0, got ${k}`);
}
