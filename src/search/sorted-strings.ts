/**
 * Distinct strings in ascending order of their UTF-16 units, in one string: 4 bytes each beside their text, nothing to
 * build but the places of the line breaks between them, and a binary search that allocates nothing.
 */
export class SortedStrings {
  /** The strings, a line break between two; none may hold one, or be empty. */
  readonly text: string;
  /** Where each string ends. */
  readonly #ends: Uint32Array;

  constructor(text: string) {
    this.text = text;
    const ends: number[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      ends.push(end < 0 ? text.length : end);
      at = ends.at(-1)! + 1;
    }
    this.#ends = Uint32Array.from(ends);
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
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(middle, wanted) < 0) low = middle + 1;
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
