import { type Bitmap, popcount } from './bitmap.ts';
import { GROUP, preparedBytes } from './quantise.ts';
import { LEVELS, type Levels, type Machine, ROW_STEP, SEGMENT_BYTES, type Segment } from './segment.ts';
import { scanSigned, signedScratch } from './signed-scan.ts';

/** What a pass compares: levels, or the exact rows as far as the index holds them. */
export type Form = Levels | 'exact';

/** The best rows of one query, best first, and the mean and standard deviation of the scores of all that took part. */
export interface Best {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  readonly mean: number;
  readonly deviation: number;
}

/** The most that a kernel scores at a time: 98,304 bytes of rows, at least 24 bytes each. */
const BLOCK_SCORES = 4096;

/** Scans segments that share one linear memory, and knows which rows are alive. */
export class Scanner {
  readonly #machine: Machine;
  readonly #dim: number;
  readonly #padded: number;
  /** Addresses of the segments' descriptions and of the bitmap of rows that are alive, and how much they can hold. */
  #table = 0;
  #tableRoom = 0;
  #alive = 0;
  #aliveWords = 0;
  #live = 0;

  constructor(machine: Machine, dim: number) {
    this.#machine = machine;
    this.#dim = dim;
    this.#padded = Math.ceil(dim / GROUP) * GROUP;
  }

  /** Rows that are alive. */
  get live(): number {
    return this.#live;
  }

  isAlive(row: number): boolean {
    const { u32 } = this.#machine.memory.views;
    return row >>> 5 < this.#aliveWords && (u32[this.#alive / 4 + (row >>> 5)]! & (1 << (row & 31))) !== 0;
  }

  /** Rows `from` … `to − 1` take part from now on. */
  enliven(from: number, to: number): void {
    this.#growAlive(Math.ceil(to / ROW_STEP));
    const { u32 } = this.#machine.memory.views;
    for (let row = from; row < to; row++) u32[this.#alive / 4 + (row >>> 5)]! |= 1 << (row & 31);
    this.#live += to - from;
  }

  kill(row: number): void {
    if (row < 0 || !this.isAlive(row)) return;
    this.#machine.memory.views.u32[this.#alive / 4 + (row >>> 5)]! &= ~(1 << (row & 31));
    this.#live--;
  }

  /** To be called after a segment has come or changed. */
  describe(segments: readonly Segment[], from: number): void {
    const { memory } = this.#machine;
    if (segments.length > this.#tableRoom) {
      this.#tableRoom = Math.max(16, segments.length * 2);
      this.#table = memory.allocate(this.#tableRoom * SEGMENT_BYTES);
      from = 0;
    }
    for (let i = from; i < segments.length; i++) {
      memory.views.u32.set(segments[i]!.describe(), (this.#table + i * SEGMENT_BYTES) / 4);
    }
  }

  /**
   * The `k` best rows for each query, by the scores of `form`; memory is read once for all queries, in one call.
   *
   * Where at least `signedFrom` rows take part in a pass over levels, they are scored by their signs, an eighth or a
   * quarter of the bytes, and the best of them again by their levels: the others keep an estimate, with errors of about .03 in a cosine.
   *
   * Shapes   queries: count × dim. `all`: for each query room for the scores of `stride` rows.
   * Ties     the lower row comes first.
   * Cost     a pass over the rows; `k` moves at most for each score among the `k` best so far.
   */
  run(segments: readonly Segment[], queries: Float32Array, form: Form, k: number, options: RunOptions = {}): Scan {
    const { filter, stride: wanted = 0, signedFrom = Infinity } = options;
    const bySigns = form !== 'exact' && this.#live >= signedFrom;
    // Looking at signs needs the scores of all rows, of one query at a time.
    const all = bySigns ? Math.max(wanted, this.#aliveWords * ROW_STEP) : wanted;
    const stride = wanted > 0 ? all : 0;
    const count = queries.length / this.#dim;
    const groups = this.#padded / GROUP;
    const { memory, kernels } = this.#machine;
    const words = this.#aliveWords;
    const sizes = [
      count * 16,
      count * this.#padded * 4,
      count * k * 8,
      count * (preparedBytes(this.#padded) + 48) + this.#padded + (bySigns ? signedScratch(this.#padded) : 0),
      Math.max(all, count * stride, BLOCK_SCORES) * 4,
      filter ? words * 4 : 0,
      bySigns ? all / 8 : 0,
    ] as const;
    const places = placesOf(memory.scratch(sizes.reduce((sum, bytes) => sum + bytes + 64, 64)), sizes);
    const [sums, vectors, best, scratch, scores, filtered, tops] = places;
    const { f32, f64, u32 } = memory.views;
    for (let q = 0; q < count; q++) {
      const to = vectors / 4 + q * this.#padded;
      f32.set(queries.subarray(q * this.#dim, (q + 1) * this.#dim), to);
      f32.fill(0, to + this.#dim, to + this.#padded);
    }
    f64.fill(0, sums / 8, sums / 8 + count * 2);
    f32.fill(-Infinity, best / 4, best / 4 + count * k);
    const taking = filter ? this.#writeFilter(filter, filtered) : this.#live;
    const bits = form === 'exact' ? 32 : LEVELS[form].bits;
    const present = filter ? filtered : this.#alive;
    if (form !== 'exact' && bySigns && taking >= signedFrom) {
      for (let q = 0; q < count; q++) {
        const [query, to, at] = [vectors + q * this.#padded * 4, scores + q * stride * 4, best + q * k * 4];
        const run = { query, present, taking, scores: to, tops, k, best: at, rows: at + count * k * 4, scratch };
        f64.set(scanSigned(this.#machine, this.#padded, segments, this.#table, form, run), sums / 8 + q * 2);
      }
    } else {
      kernels.scanSegments(
        bits,
        this.#table,
        taking > 0 ? segments.length : 0,
        vectors,
        count,
        groups,
        present,
        scores,
        stride,
        k,
        best,
        sums,
        scratch,
      );
    }
    const bests = Array.from({ length: count }, (_, q): Best => {
      const [from, to] = [best / 4 + q * k, best / 4 + (q + 1) * k];
      const found = f32.slice(from, to);
      const end = found.indexOf(-Infinity);
      const mean = taking > 0 ? f64[sums / 8 + q * 2]! / taking : 0;
      const square = taking > 0 ? f64[sums / 8 + q * 2 + 1]! / taking : 0;
      return {
        rows: u32.slice(from + count * k, end < 0 ? to + count * k : from + count * k + end),
        scores: end < 0 ? found : found.subarray(0, end),
        mean,
        deviation: Math.sqrt(Math.max(0, square - mean * mean)),
      };
    });
    return { bests, scores: f32.subarray(scores / 4, scores / 4 + count * stride), stride };
  }

  /** The exact score of each of the given rows; NaN where a row is kept in 4 bits only. */
  score(segmentOf: (row: number) => Segment, query: Float32Array, rows: Uint32Array): Float32Array {
    const { memory, kernels } = this.#machine;
    const bytes = this.#padded * 4;
    const at = memory.scratch(bytes + rows.length * (8 + bytes));
    const scores = at + bytes;
    const addresses = scores + rows.length * 4;
    const room = addresses + rows.length * 4;
    memory.views.f32.set(query, at / 4);
    memory.views.f32.fill(0, at / 4 + this.#dim, at / 4 + this.#padded);
    const unknown: number[] = [];
    rows.forEach((row, i) => {
      const segment = segmentOf(row);
      const place = this.exactRow(segment, row - segment.first, room + i * bytes);
      if (place === 0) unknown.push(i);
      memory.views.u32[addresses / 4 + i] = place || at;
    });
    kernels.scoreFloat32(at, addresses, rows.length, bytes, scores);
    const scored = memory.views.f32.slice(scores / 4, scores / 4 + rows.length);
    for (const i of unknown) scored[i] = Number.NaN;
    return scored;
  }

  /** A copy of one row, as exact as the index holds it; undefined where that is in 4 bits only. */
  row(segment: Segment, row: number): Float32Array | undefined {
    const at = this.exactRow(segment, row, this.#machine.memory.scratch(this.#padded * 4)) / 4;
    return at === 0 ? undefined : this.#machine.memory.views.f32.slice(at, at + this.#dim);
  }

  /** Where a row is in float32: in place, or made from 7-bit levels in `room`; 0 where there is neither. */
  exactRow(segment: Segment, row: number, room: number): number {
    if (segment.float32 > 0) return segment.float32 + row * this.#padded * 4;
    const levels = segment.levels.get('int8');
    if (!levels) return 0;
    const { f32, u8 } = this.#machine.memory.views;
    const [low, step] = [levels.fit / 4, levels.fit / 4 + this.#padded];
    const source = levels.at + row * this.#padded;
    for (let i = 0; i < this.#padded; i++) f32[room / 4 + i] = f32[low + i]! + f32[step + i]! * u8[source + i]!;
    return room;
  }

  /** The rows that are alive and pass the filter, as a bitmap at `at`; says how many. */
  #writeFilter(filter: Bitmap, at: number): number {
    const { u32 } = this.#machine.memory.views;
    let count = 0;
    for (let i = 0; i < this.#aliveWords; i++) {
      const present = u32[this.#alive / 4 + i]! & (filter.words[i] ?? 0);
      u32[at / 4 + i] = present;
      count += popcount(present);
    }
    return count;
  }

  #growAlive(words: number): void {
    if (words <= this.#aliveWords) return;
    const { memory } = this.#machine;
    const room = Math.max(128, words, this.#aliveWords * 2);
    this.#alive = memory.enlarge(this.#alive, this.#aliveWords * 4, room * 4);
    this.#aliveWords = room;
  }
}

/** The `k` best of some rows by their scores, best first; of equals the lower row. Cost: as `topScores`. */
export function bestOf(scores: Float32Array, rows: Uint32Array, k: number): Pick<Best, 'rows' | 'scores'> {
  const best = { rows: new Uint32Array(Math.min(k, rows.length)), scores: new Float32Array(Math.min(k, rows.length)) };
  const precedes = (score: number, row: number, place: number) =>
    score > best.scores[place]! || (score === best.scores[place]! && row < best.rows[place]!);
  for (let i = 0; i < rows.length; i++) {
    const [score, row] = [scores[i]!, rows[i]!];
    let place = Math.min(i, k);
    while (place > 0 && precedes(score, row, place - 1)) {
      best.scores[place] = best.scores[place - 1]!; // beyond the last it falls out
      best.rows[place] = best.rows[--place]!;
    }
    if (place >= k) continue;
    best.scores[place] = score;
    best.rows[place] = row;
  }
  return best;
}

export interface RunOptions {
  readonly filter?: Bitmap;
  /** Room for so many scores a query, all of which come back; 0 for none. */
  readonly stride?: number;
  readonly signedFrom?: number;
}

export interface Scan {
  readonly bests: readonly Best[];
  /** Query after query, the scores of `stride` rows: a view that holds until the next call. */
  readonly scores: Float32Array;
  readonly stride: number;
}

function placesOf<Sizes extends readonly number[]>(at: number, sizes: Sizes): { [Each in keyof Sizes]: number } {
  return sizes.map((bytes) => {
    const place = Math.ceil(at / 64) * 64;
    at = place + bytes;
    return place;
  }) as { [Each in keyof Sizes]: number };
}
