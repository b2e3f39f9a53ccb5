import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';
import { fitQuantiser, inverseOf } from './quantise.ts';
import type { Signs } from './signs.ts';

/** Most rows of a segment, and the rows of one that is filled bit by bit. */
export const SEGMENT_ROWS = 4096;
/** A segment begins at a multiple of this row, so that it has whole words of a bitmap. */
export const ROW_STEP = 32;
/** What a kernel reads of a segment, see `Segment.describe`. */
export const SEGMENT_BYTES = 32;
/** Scores are taken sixteen at a time. */
export const SCORE_STEP = 16;

/** The forms a row can have beside float32: its levels in 4 bits, or in 7 bits to a byte. */
export type Levels = 'int4' | 'int8';

/** What the forms differ in. The clips were chosen by recall, see `fitQuantiser`. */
export const LEVELS = {
  int4: {
    top: 15,
    clip: 0.003,
    bits: 4,
    rowBytes: (padded: number) => padded / 2,
    pack: 'packInt4',
    prepare: 'prepareInt4',
    refine: 'refineInt4',
  },
  int8: {
    top: 127,
    clip: 0.001,
    bits: 8,
    rowBytes: (padded: number) => padded,
    pack: 'packInt8',
    prepare: 'prepareInt8',
    refine: 'refineInt8',
  },
} as const;

export interface Machine {
  readonly memory: LinearMemory;
  readonly kernels: Kernels;
}

/** Where the levels of a segment are, and what fits them: `padded` float32 of low, then as many of step. */
export interface Packed {
  readonly at: number;
  readonly fit: number;
}

/**
 * Up to 4,096 rows in linear memory, in float32, in levels or both, with quantisers of its own: a segment depends on no
 * other, so a full one never changes.
 *
 * Rows 0 … packed − 1 have levels; those after, at most an eighth of all, are so far only in float32.
 */
export class Segment {
  /** Number of its first row in the index, a multiple of 32. */
  readonly first: number;
  readonly room: number;
  rows = 0;
  packed = 0;
  /** Address of the float32 rows; 0 while they are not there, or once they have been let go. */
  float32 = 0;
  /** Of all its rows; absent while it grows, or where the index is too small to want them. */
  signs?: Signs;
  readonly #levels: Map<Levels, Packed>;

  /** @param room Rows it can take, a multiple of 16. */
  constructor({ memory }: Machine, padded: number, forms: ReadonlySet<Levels>, first: number, room: number) {
    this.first = first;
    this.room = room;
    this.#levels = new Map(
      [...forms].map((form) => [
        form,
        { at: memory.allocate(room * LEVELS[form].rowBytes(padded)), fit: memory.allocate(padded * 8) },
      ]),
    );
  }

  get levels(): ReadonlyMap<Levels, Packed> {
    return this.#levels;
  }

  get full(): boolean {
    return this.rows === this.room;
  }

  /** Takes rows off the front of `block` (rows × dim) until it or the segment is used up; says how many. */
  append({ memory }: Machine, padded: number, block: Float32Array, dim: number): number {
    const count = Math.min(block.length / dim, this.room - this.rows);
    writeRows(memory, this.float32 + this.rows * padded * 4, padded, block.subarray(0, count * dim), dim);
    this.rows += count;
    return count;
  }

  /** Gives levels to all rows but the last few, once they are worth it: when full, or when an eighth have none. */
  pack(machine: Machine, padded: number): void {
    const unpacked = this.rows - this.packed;
    if (!this.full && (this.rows < 256 || unpacked * 8 < this.rows)) return;
    if (this.levels.size === 0 || unpacked === 0) return;
    this.packed = this.rows - (this.rows % SCORE_STEP);
    const room = machine.memory.scratch(padded * 4);
    for (const [form, levels] of this.levels) packRows(machine, padded, form, this.float32, this.packed, levels, room);
  }

  /** All its rows, given in float32 (rows × dim), in one more form. */
  keepLevels({ memory, kernels }: Machine, padded: number, form: Levels, block: Float32Array, dim: number): void {
    const levels = {
      at: memory.allocate(this.room * LEVELS[form].rowBytes(padded)),
      fit: memory.allocate(padded * 8),
    };
    const inverse = memory.scratch((this.rows + 1) * padded * 4);
    const rows = inverse + padded * 4;
    // What is beyond `dim` must be 0, and scratch memory holds anything.
    memory.views.u8.fill(0, rows, rows + this.rows * padded * 4);
    writeRows(memory, rows, padded, block, dim);
    packRows({ memory, kernels }, padded, form, rows, this.rows, levels, inverse);
    this.#levels.set(form, levels);
  }

  /** What the kernels know of it: see `wasm/scan.ts`. */
  describe(): number[] {
    const [int4, int8] = [this.levels.get('int4'), this.levels.get('int8')];
    const rows = Math.ceil(this.rows / SCORE_STEP) * SCORE_STEP;
    const levels = [int4?.at ?? 0, int4?.fit ?? 0, int8?.at ?? 0, int8?.fit ?? 0];
    return [this.first, rows, this.packed, ...levels, this.float32];
  }
}

/** Rows of `dim` to rows of `padded` float32 at `at`; the padding is left as it is. */
export function writeRows(memory: LinearMemory, at: number, padded: number, block: Float32Array, dim: number): void {
  const { f32 } = memory.views;
  if (padded === dim) f32.set(block, at / 4);
  else
    for (let i = 0; i * dim < block.length; i++) f32.set(block.subarray(i * dim, (i + 1) * dim), at / 4 + i * padded);
}

/** Fits a quantiser to `count` rows at `float32` and packs them by it; `inverse` is room for `padded` float32. */
export function packRows(
  { memory, kernels }: Machine,
  padded: number,
  form: Levels,
  float32: number,
  count: number,
  { at, fit }: Packed,
  inverse: number,
): void {
  const { top, clip, pack } = LEVELS[form];
  const { f32 } = memory.views;
  const { low, step } = fitQuantiser(f32.subarray(float32 / 4, float32 / 4 + count * padded), count, padded, top, clip);
  f32.set(low, fit / 4);
  f32.set(step, fit / 4 + padded);
  f32.set(inverseOf(step), inverse / 4);
  kernels[pack](float32, count, padded / 128, fit, inverse, at);
}
