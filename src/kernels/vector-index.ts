import { EngineError } from '../core/errors.ts';
import type { Bitmap } from './bitmap.ts';
import { createKernels, type KernelForm } from './kernels.ts';
import { GROUP } from './quantise.ts';
import { type Best, Scanner } from './scan.ts';
import { type Levels, type Machine, SEGMENT_ROWS, Segment } from './segment.ts';
import { topScores } from './topk.ts';

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
  /** Other kernels than the best there are: for tests and comparisons. */
  readonly kernels?: KernelForm;
}

export interface VectorSearchOptions {
  /** How many of the first pass are scored exactly. Default 4 k and at least 40, or half of that where the pass is `int8`. */
  readonly candidates?: number;
  /** Only these rows. */
  readonly filter?: Bitmap;
}

/**
 * Vectors in memory, searched by a pass over every row: no graph to build, nothing to tune, equal input, equal output.
 *
 * A search reads a few bits of each row (`scan`), keeps the best candidates and scores those exactly (`exact`). Rows
 * are kept in segments of 4,096, each with its own quantiser; the last, unfinished one is scored in float32 where it
 * has no levels yet. Row numbers are given in order from 0 and never again.
 */
export class VectorIndex {
  readonly dim: number;
  readonly scan: Levels | 'float32';
  readonly exact: 'float32' | 'int8';
  readonly #machine: Machine;
  readonly #padded: number;
  readonly #scanner: Scanner;
  readonly #segments: Segment[] = [];
  #staging = 0;

  /** @throws EngineError `bad-input` if `dim` is not a whole number from 1. */
  constructor({ dim, scan = 'int4', exact = 'float32', kernels }: VectorIndexOptions) {
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
    this.#machine = createKernels(kernels);
    this.#padded = Math.ceil(dim / GROUP) * GROUP;
    this.#scanner = new Scanner(this.#machine, dim);
  }

  /** Rows added so far, the removed ones included. */
  get rows(): number {
    const last = this.#segments.at(-1);
    return last ? (this.#segments.length - 1) * SEGMENT_ROWS + last.rows : 0;
  }

  /** Rows that take part in a search. */
  get live(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.live, 0);
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
    const first = this.rows;
    for (let done = 0; done < block.length / this.dim; ) {
      const segment = this.#openSegment();
      done += segment.append(this.#machine, this.#padded, block.subarray(done * this.dim), this.dim);
      segment.pack(this.#machine, this.#padded);
      if (segment.full && this.exact === 'int8') segment.float32 = 0; // the staging room is the next one's
    }
    return first;
  }

  /** Takes a row out of all searches. Its memory stays. A row that is not there is left out. */
  remove(row: number): void {
    this.#segments[Math.floor(row / SEGMENT_ROWS)]?.remove(row % SEGMENT_ROWS);
  }

  /** A copy of a row, removed or not, as exact as it is kept. */
  vector(row: number): Float32Array {
    const segment = this.#segments[Math.floor(row / SEGMENT_ROWS)];
    if (!segment || row % SEGMENT_ROWS >= segment.rows) {
      throw new EngineError('bad-input', `expected a row below ${this.rows}, got ${row}`);
    }
    return this.#scanner.row(segment, row % SEGMENT_ROWS);
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
  search(queries: Float32Array, k: number, options: VectorSearchOptions = {}): Best[] {
    if (this.scan === 'float32') return this.searchExact(queries, k, options.filter);
    this.#checkShape(queries);
    checkCount(k);
    const least = this.scan === 'int4' ? Math.max(40, 4 * k) : Math.max(20, 2 * k);
    const candidates = k === 0 ? 0 : Math.min(Math.max(options.candidates ?? least, k), this.rows);
    const passes = this.#scanner.run(this.#segments, queries, this.scan, candidates, options.filter);
    return passes.map((pass, q) => {
      const query = queries.subarray(q * this.dim, (q + 1) * this.dim);
      const rows = pass.rows.sort(); // ascending, so that of equals the lower row stays first
      const best = topScores(this.#scanner.score(this.#segments, query, rows), k);
      return {
        ...pass,
        rows: Uint32Array.from(best, ({ row }) => rows[row]!),
        scores: Float32Array.from(best, ({ score }) => score),
      };
    });
  }

  /** As `search`, but every row is scored exactly: what `search` is measured by. */
  searchExact(queries: Float32Array, k: number, filter?: Bitmap): Best[] {
    this.#checkShape(queries);
    checkCount(k);
    return this.#scanner.run(this.#segments, queries, 'exact', Math.min(k, this.rows), filter);
  }

  /**
   * A score for every row, for those who weigh them against others: exact for the candidates, the first pass's estimate
   * (an error of about 0.01 in a cosine for int4) for the rest, -Infinity for a row that takes no part.
   */
  scores(query: Float32Array, options: VectorSearchOptions = {}): Float32Array {
    this.#checkShape(query);
    if (query.length !== this.dim) throw new EngineError('bad-input', `expected one query, got ${query.length} values`);
    const scores = new Float32Array(this.rows).fill(-Infinity);
    const form = this.scan === 'float32' ? 'exact' : this.scan;
    const candidates = form === 'exact' ? 0 : Math.min(options.candidates ?? 100, this.rows);
    const [pass] = this.#scanner.run(this.#segments, query, form, candidates, options.filter, [scores]);
    this.#scanner.score(this.#segments, query, pass!.rows).forEach((score, i) => {
      scores[pass!.rows[i]!] = score;
    });
    return scores;
  }

  #openSegment(): Segment {
    const last = this.#segments.at(-1);
    if (last && !last.full) return last;
    const { memory } = this.#machine;
    const room = SEGMENT_ROWS * this.#padded * 4;
    if (this.exact === 'int8') this.#staging ||= memory.allocate(room);
    const float32 = this.#staging || memory.allocate(room);
    const forms = new Set([this.scan, this.exact].filter((form): form is Levels => form !== 'float32'));
    const segment = new Segment(this.#machine, this.#padded, forms, float32);
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
