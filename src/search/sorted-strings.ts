/**
 * Distinct strings in ascending order of their UTF-16 units, in one string: 12 bytes each beside their text, nothing to
 * build but the places of the line breaks between them, and a binary search that allocates nothing. Who asks for whole
 * strings gets a hash table, of 6 to 12 bytes each, with the first.
 */
export class SortedStrings {
  /** The strings, a line break between two; none may hold one, or be empty. */
  readonly text: string;
  /** Where each string ends. */
  readonly #ends: Uint32Array;
  /** The first three units of each, as one number in the same order: most comparisons need no more. */
  readonly #heads: Float64Array;
  /**
   * At the first free place from a string's hash on, its number plus 1, and above 24 bits the highest eight of the hash: so
   * strings that are not there are rarely looked at. A power of two of places, at most two thirds full.
   */
  #table: Uint32Array | undefined;

  constructor(text: string) {
    this.text = text;
    const ends: number[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      ends.push(end < 0 ? text.length : end);
      at = ends.at(-1)! + 1;
    }
    this.#ends = Uint32Array.from(ends);
    this.#heads = Float64Array.from(ends, (end, i) => headOf(text, this.#start(i), end));
  }

  get size(): number {
    return this.#ends.length;
  }

  at(i: number): string {
    return this.text.slice(this.#start(i), this.#ends[i]);
  }

  lengthAt(i: number): number {
    return this.#ends[i]! - this.#start(i);
  }

  /** The number of a string, or -1. @param hash what `hashOf` says of it, for who asks several lists. */
  find(wanted: string, hash = hashOf(wanted, 0, wanted.length)): number {
    this.#table ??= this.#hashAll();
    const mask = this.#table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = this.#table[place]!;
      if (entry === 0) return -1;
      const i = (entry & NUMBER) - 1;
      if ((entry ^ hash) >>> 24 === 0 && this.#is(i, wanted)) return i;
    }
  }

  /** The number of the first string that is not less: where the strings that begin with `wanted` begin, if there are any. */
  from(wanted: string): number {
    const head = headOf(wanted, 0, wanted.length);
    let low = 0;
    let high = this.#heads.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#heads[middle]!;
      if (other < head || (other === head && this.#compare(middle, wanted) < 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  beginsWith(i: number, prefix: string): boolean {
    return this.lengthAt(i) >= prefix.length && this.text.startsWith(prefix, this.#start(i));
  }

  #hashAll(): Uint32Array {
    let room = 8;
    while (room * 2 < this.size * 3) room *= 2;
    const table = new Uint32Array(room);
    for (let i = 0; i < this.size; i++) {
      const hash = hashOf(this.text, this.#start(i), this.#ends[i]!);
      let place = hash & (room - 1);
      while (table[place] !== 0) place = (place + 1) & (room - 1);
      table[place] = (hash & ~NUMBER) | (i + 1);
    }
    return table;
  }

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]! + 1;
  }

  #is(i: number, other: string): boolean {
    const start = i === 0 ? 0 : this.#ends[i - 1]! + 1;
    if (this.#ends[i]! - start !== other.length) return false;
    for (let j = 0; j < other.length; j++) {
      if (this.text.charCodeAt(start + j) !== other.charCodeAt(j)) return false;
    }
    return true;
  }

  #compare(i: number, other: string): number {
    const start = this.#start(i);
    const length = this.lengthAt(i);
    const both = Math.min(length, other.length);
    for (let j = 0; j < both; j++) {
      const difference = this.text.charCodeAt(start + j) - other.charCodeAt(j);
      if (difference !== 0) return difference;
    }
    return length - other.length;
  }
}

/** The bits of a table's entry that are a number. */
const NUMBER = 0xffffff;

/** Source: FNV-1a, over UTF-16 units; its upper bits folded down, since tables take the lower ones. */
export function hashOf(text: string, from: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Three units of 16 bits from `from` on, fewer where the string ends: what a longer string has there is greater. */
function headOf(text: string, from: number, end: number): number {
  let head = 0;
  for (let i = from; i < from + 3; i++) head = head * 65_537 + (i < end ? text.charCodeAt(i) + 1 : 0);
  return head;
}
