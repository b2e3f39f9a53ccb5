/**
 * Distinct strings in ascending order of their UTF-16 units, in one string: 12 bytes each beside their text, nothing to
 * build but the places of the line breaks between them, and a binary search that allocates nothing.
 */
export class SortedStrings {
  /** The strings, a line break between two; none may hold one, or be empty. */
  readonly text: string;
  /** Where each string ends. */
  readonly #ends: Uint32Array;
  /** The first three units of each, as one number in the same order: most comparisons need no more. */
  readonly #heads: Float64Array;

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

  /** The number of a string, or -1. Cost: log2(size) comparisons. */
  find(wanted: string): number {
    const i = this.from(wanted);
    return i < this.size && this.#compare(i, wanted) === 0 ? i : -1;
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

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]! + 1;
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

/** Three units of 16 bits from `from` on, fewer where the string ends: what a longer string has there is greater. */
function headOf(text: string, from: number, end: number): number {
  let head = 0;
  for (let i = from; i < from + 3; i++) head = head * 65_537 + (i < end ? text.charCodeAt(i) + 1 : 0);
  return head;
}
