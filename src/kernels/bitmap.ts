/** A set of rows, one bit each: row `r` is bit `r mod 32` of word `r div 32`. Rows at or above `size` are not in it. */
export class Bitmap {
  readonly size: number;
  readonly words: Uint32Array;

  /** Empty, for rows 0 … size − 1. */
  constructor(size: number) {
    this.size = size;
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  static of(size: number, rows: Iterable<number>): Bitmap {
    const bitmap = new Bitmap(size);
    for (const row of rows) bitmap.add(row);
    return bitmap;
  }

  /** A row outside 0 … size − 1 is left out. */
  add(row: number): this {
    if (row >= 0 && row < this.size) this.words[row >>> 5]! |= 1 << (row & 31);
    return this;
  }

  delete(row: number): this {
    if (row >= 0 && row < this.size) this.words[row >>> 5]! &= ~(1 << (row & 31));
    return this;
  }

  has(row: number): boolean {
    return row >= 0 && row < this.size && (this.words[row >>> 5]! & (1 << (row & 31))) !== 0;
  }

  /** How many rows are in it. Cost: one step a word. */
  get count(): number {
    let count = 0;
    for (const word of this.words) count += popcount(word);
    return count;
  }
}

/** Bits that are 1. Source: Warren, Hacker's Delight, figure 5–2. */
export function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
