/**
 * Distinct strings in ascending order of their UTF-16 units, in one string: 4 bytes each beside their text, nothing to
 * build but the places of the line breaks between them. Who asks where strings begin gets 8 bytes more of each with the
 * first question, and a binary search that allocates nothing.
 */
export class SortedStrings {
  /** The strings, a line break between two; none may hold one, or be empty. */
  readonly text: string;
  /** Where each string ends. */
  readonly #ends: Uint32Array;
  /** The first six units of each, as one number in the same order: most comparisons need no more. */
  #heads: Float64Array | undefined;

  constructor(text: string) {
    this.text = text;
    let size = text === '' ? 0 : 1;
    for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === BREAK) size++;
    this.#ends = new Uint32Array(size);
    for (let at = 0, i = 0; i < size; at++) {
      if (at === text.length || text.charCodeAt(at) === BREAK) this.#ends[i++] = at;
    }
  }

  /** Lists as one, without repeats, and where in it each of their strings is. Cost: a look at every list for each string. */
  static merge(lists: readonly SortedStrings[]): { readonly merged: SortedStrings; readonly places: Uint32Array[] } {
    const merged: string[] = [];
    const places = lists.map(({ size }) => new Uint32Array(size));
    const next = new Uint32Array(lists.length);
    /** The head of each list's next string; Infinity behind the last. */
    const heads = Float64Array.from(lists, (list) => list.#headAt(0));
    for (;;) {
      let least = 0;
      for (let i = 1; i < lists.length; i++) {
        const difference = heads[i]! - heads[least]!; // none, which is neither, if both lists are at their end
        if (difference < 0 || (difference === 0 && lists[i]!.#compare(next[i]!, lists[least]!, next[least]!) < 0)) {
          least = i;
        }
      }
      const [list, at, head] = [lists[least]!, next[least]!, heads[least]!];
      if (head === Infinity) return { merged: new SortedStrings(merged.join('\n')), places };
      for (let i = 0; i < lists.length; i++) {
        if (heads[i] !== head || (i !== least && lists[i]!.#compare(next[i]!, list, at) !== 0)) continue;
        places[i]![next[i]!] = merged.length;
        heads[i] = lists[i]!.#headAt(++next[i]!);
      }
      merged.push(list.at(at));
    }
  }

  get size(): number {
    return this.#ends.length;
  }

  at(i: number): string {
    return this.text.slice(this.start(i), this.#ends[i]);
  }

  /** Where in the text a string starts. */
  start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]! + 1;
  }

  /** … and where the line break after it is. */
  end(i: number): number {
    return this.#ends[i]!;
  }

  lengthAt(i: number): number {
    return this.#ends[i]! - this.start(i);
  }

  hashAt(i: number): number {
    return hashOf(this.text, this.start(i), this.#ends[i]!);
  }

  /** Whether a string is the units `from` … `end − 1` of another text. */
  is(i: number, other: string, from: number, end: number): boolean {
    const start = i === 0 ? 0 : this.#ends[i - 1]! + 1;
    const length = this.#ends[i]! - start;
    if (length !== end - from) return false;
    for (let j = 0; j < length; j++) {
      if (this.text.charCodeAt(start + j) !== other.charCodeAt(from + j)) return false;
    }
    return true;
  }

  /** The strings that begin with `prefix`: the number of the first, and of the one behind the last. */
  begunBy(prefix: string): readonly [from: number, to: number] {
    const from = this.from(prefix);
    const bound = headBehind(prefix);
    const isBegun = (i: number) => (bound === undefined ? this.#beginsWith(i, prefix) : this.#heads![i]! < bound);
    // Doubling steps until one is too far, then halving ones: there are few such strings.
    let step = 1;
    while (from + step <= this.size && isBegun(from + step - 1)) step *= 2;
    let low = from + (step >> 1);
    let high = Math.min(from + step - 1, this.size);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBegun(middle)) low = middle + 1;
      else high = middle;
    }
    return [from, low];
  }

  /** The number of the first string that is not less. */
  from(wanted: string): number {
    this.#heads ??= this.#headsOfAll();
    const head = headOf(wanted, 0, wanted.length);
    let low = 0;
    let high = this.#heads.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#heads[middle]!;
      if (other < head || (other === head && this.#compareText(middle, wanted, 0, wanted.length) < 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #headsOfAll(): Float64Array {
    const heads = new Float64Array(this.size);
    for (let i = 0; i < heads.length; i++) heads[i] = this.#headAt(i);
    return heads;
  }

  #headAt(i: number): number {
    if (i >= this.size) return Infinity;
    return this.#heads?.[i] ?? headOf(this.text, this.start(i), this.#ends[i]!);
  }

  #beginsWith(i: number, prefix: string): boolean {
    return this.lengthAt(i) >= prefix.length && this.text.startsWith(prefix, this.start(i));
  }

  #compare(i: number, other: SortedStrings, k: number): number {
    return this.#compareText(i, other.text, other.start(k), other.#ends[k]!);
  }

  #compareText(i: number, other: string, from: number, end: number): number {
    const start = this.start(i);
    const length = this.lengthAt(i);
    const both = Math.min(length, end - from);
    for (let j = 0; j < both; j++) {
      const difference = this.text.charCodeAt(start + j) - other.charCodeAt(from + j);
      if (difference !== 0) return difference;
    }
    return length - (end - from);
  }
}

/**
 * Up to 16 million items in ascending order of the UTF-16 units of their texts, which are all different. Cost: sorting
 * numbers, which takes a third of the time that strings do; those that begin alike are compared.
 */
export function sortByText<Item>(items: readonly Item[], textOf: (item: Item) => string): Item[] {
  const keys = new BigUint64Array(items.length);
  /** Of each key: the last byte of the text's beginning and 24 bits of the item's number, then the other bytes. */
  const halves = new Uint32Array(keys.buffer);
  for (let i = 0; i < items.length; i++) {
    const begin = beginningOf(textOf(items[i]!));
    halves[2 * i] = ((begin & 255) << 24) | i;
    halves[2 * i + 1] = Math.floor(begin / 256);
  }
  keys.sort();
  const sorted = items.map((_, i) => items[halves[2 * i]! & 0xffffff]!);
  const isAlike = (i: number, k: number) =>
    halves[2 * i + 1] === halves[2 * k + 1] && halves[2 * i]! >>> 24 === halves[2 * k]! >>> 24;
  for (let from = 0, end = 1; from < sorted.length; from = end++) {
    while (end < sorted.length && isAlike(from, end)) end++;
    if (end === from + 1) continue;
    const some = sorted.slice(from, end).sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
    for (let i = 0; i < some.length; i++) sorted[from + i] = some[i]!;
  }
  return sorted;
}

/** The beginning of a text as five bytes, in the same order as texts: a unit below 254 is a byte, another one three. */
function beginningOf(text: string): number {
  let bytes = 0;
  for (let i = 0, count = 0; count < 5; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : -1;
    const isShort = unit < BASE - 2;
    for (let b = 0; b < (isShort ? 1 : 3) && count < 5; b++, count++) {
      bytes = bytes * 256 + (isShort ? unit + 1 : [255, unit >> 8, unit & 255][b]!);
    }
  }
  return bytes;
}

/** Source: FNV-1a, over UTF-16 units; its upper bits folded down, since tables take the lower ones. */
export function hashOf(text: string, from: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const BREAK = 10;

/** Units of a head, and the values that a unit can have there. */
const HEAD = 6;
const BASE = 256;

/** The units from `from` on as digits, 0 where the string ends. Where a unit is too great to be one, it is the last that is told. */
function headOf(text: string, from: number, end: number): number {
  let head = 0;
  let isTold = true;
  for (let i = from; i < from + HEAD; i++) {
    const digit: number = isTold && i < end ? Math.min(text.charCodeAt(i) + 1, BASE - 1) : 0;
    isTold &&= digit < BASE - 1;
    head = head * BASE + digit;
  }
  return head;
}

/** The least head that is greater than those of all strings that begin with a prefix; undefined where heads do not tell. */
function headBehind(prefix: string): number | undefined {
  if (prefix.length > HEAD) return undefined;
  for (let i = 0; i < prefix.length; i++) if (prefix.charCodeAt(i) + 1 >= BASE - 1) return undefined;
  return headOf(prefix, 0, prefix.length) + BASE ** (HEAD - prefix.length);
}
