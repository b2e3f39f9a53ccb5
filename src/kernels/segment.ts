import type { Kernels } from './kernels.ts';
import type { LinearMemory } from './memory.ts';
import { fitQuantiser, inverseOf, type Quantiser } from './quantise.ts';

/** Rows of a full segment. A multiple of 32, so that segments are whole words of a bitmap. */
export const SEGMENT_ROWS = 4096;

/** The forms a row can have beside float32: its levels in 4 bits, or in 7 bits to a byte. */
export type Levels = 'int4' | 'int8';

/** What the forms differ in. The clips were chosen by recall, see `fitQuantiser`. */
export const LEVELS = {
  int4: { top: 15, clip: 0.003, rowBytes: (padded: number) => padded / 2, pack: 'packInt4' },
  int8: { top: 127, clip: 0.001, rowBytes: (padded: number) => padded, pack: 'packInt8' },
} as const;

export interface Machine {
  readonly memory: LinearMemory;
  readonly kernels: Kernels;
}

interface Packed {
  readonly at: number;
  quantiser: Quantiser;
}

/**
 * Up to 4,096 rows in linear memory, in float32 and in levels, with quantisers of its own: a segment depends on no
 * other, so a full one never changes but for its deletions.
 *
 * Rows 0 … packed − 1 have levels; those after, at most an eighth of all, are so far only in float32.
 */
export class Segment {
  rows = 0;
  packed = 0;
  /** Rows that are not deleted. */
  live = 0;
  readonly alive = new Uint32Array(SEGMENT_ROWS / 32);
  /** Address of the float32 rows; 0 once they have been let go. */
  float32: number;
  readonly levels: ReadonlyMap<Levels, Packed>;

  /** @param float32 Where the caller has room for 4,096 rows of `padded` float32, all 0. */
  constructor(machine: Machine, padded: number, forms: ReadonlySet<Levels>, float32: number) {
    this.float32 = float32;
    const none = { low: new Float32Array(0), step: new Float32Array(0) };
    this.levels = new Map(
      [...forms].map((form) => {
        const at = machine.memory.allocate(SEGMENT_ROWS * LEVELS[form].rowBytes(padded));
        return [form, { at, quantiser: none }];
      }),
    );
  }

  get full(): boolean {
    return this.rows === SEGMENT_ROWS;
  }

  /** Takes rows off the front of `block` (rows × dim) until it or the segment is used up; says how many. */
  append({ memory }: Machine, padded: number, block: Float32Array, dim: number): number {
    const count = Math.min(block.length / dim, SEGMENT_ROWS - this.rows);
    const { f32 } = memory.views;
    for (let i = 0; i < count; i++) {
      const row = this.rows + i;
      f32.set(block.subarray(i * dim, (i + 1) * dim), this.float32 / 4 + row * padded);
      this.alive[row >>> 5]! |= 1 << (row & 31);
    }
    this.rows += count;
    this.live += count;
    return count;
  }

  /** Gives levels to all rows but the last few, once they are worth it: when full, or when an eighth have none. */
  pack(machine: Machine, padded: number): void {
    const unpacked = this.rows - this.packed;
    if (!this.full && (this.rows < 256 || unpacked * 8 < this.rows)) return;
    if (this.levels.size === 0 || unpacked === 0) return;
    this.packed = this.rows - (this.rows % 16); // a block of scores is a multiple of 16
    for (const form of this.levels.keys()) this.#packAs(form, machine, padded);
  }

  remove(row: number): void {
    const bit = 1 << (row & 31);
    if ((this.alive[row >>> 5]! & bit) === 0) return;
    this.alive[row >>> 5]! &= ~bit;
    this.live--;
  }

  #packAs(form: Levels, { memory, kernels }: Machine, padded: number): void {
    const { top, clip, pack } = LEVELS[form];
    const levels = this.levels.get(form)!;
    const low = memory.scratch(padded * 8);
    const rows = memory.views.f32.subarray(this.float32 / 4, this.float32 / 4 + this.packed * padded);
    levels.quantiser = fitQuantiser(rows, this.packed, padded, top, clip);
    memory.views.f32.set(levels.quantiser.low, low / 4);
    memory.views.f32.set(inverseOf(levels.quantiser.step), low / 4 + padded);
    kernels[pack](this.float32, this.packed, padded / 128, low, low + padded * 4, levels.at);
  }
}
