import { grown } from './grown.ts';
import { hashOf, type SortedStrings } from './sorted-strings.ts';

/** The terms of one part of an index, in the dictionary. */
export interface TermList {
  /** Its terms have the slots `first`, `first + 1`, … */
  readonly first: number;
  readonly terms: SortedStrings;
  /**
   * Two numbers a term: where its list begins in the part, and the slot of the same term in the last part before this one
   * that holds it, or -1. Behind the last, where its list ends.
   */
  readonly places: Int32Array;
}

/**
 * Every term of an index that comes in parts, under one number: a term is found by one look-up however many parts there
 * are, and then only those parts are visited that hold it.
 *
 * What is looked up together lies together: a question meets most of its terms for the first time, and waits for memory.
 *
 * Memory   8 bytes for each term of each part, 16 for each distinct one; texts stay where they are.
 */
export class Dictionary {
  /** One a part, in order. */
  readonly lists: TermList[] = [];
  /** Two numbers a term: its slot in the last part that holds it, and the rows of all parts that do. */
  #terms = new Int32Array(2048);
  #size = 0;
  readonly #ahead: number[] = [];
  /** What was looked at ahead, so that looking is not left out. */
  seen = 0;
  /** At the first free place from a term's hash on, its number below eight more bits of the hash; 0 for a free place. */
  #table = new Int32Array(2048);

  get size(): number {
    return this.#size;
  }

  /** Returns the number of each term. Cost: a look-up of each. @throws RangeError if there might be too many for the table. */
  push(terms: SortedStrings, offsets: Uint32Array): Uint32Array {
    if (this.#size + terms.size > MOST_TERMS) {
      throw new RangeError(`expected at most ${MOST_TERMS} terms, got ${this.#size + terms.size}`);
    }
    const list = listOf(terms, offsets, this.#slots);
    const ids = new Uint32Array(terms.size);
    this.lists.push(list);
    this.#reserve(this.#size + terms.size);
    for (let t = 0; t < terms.size; t++) {
      const place = this.#placeOf(terms.text, terms.start(t), terms.end(t));
      const known = this.#table[place]!;
      const id = known === 0 ? this.#size++ : known & ID;
      if (known === 0) {
        this.#table[place] = tagOf(terms.hashAt(t)) | id;
        this.#terms[2 * id] = -1;
        this.#terms[2 * id + 1] = 0;
      }
      ids[t] = id;
      list.places[2 * t + 1] = this.#terms[2 * id]!;
      this.#terms[2 * id] = list.first + t;
      this.#terms[2 * id + 1]! += offsets[t + 1]! - offsets[t]!;
    }
    return ids;
  }

  /** `count` lists from number `from` on become one that holds all their terms in the same rows. As `push`. */
  join(from: number, count: number, terms: SortedStrings, offsets: Uint32Array): Uint32Array {
    const { first } = this.lists[from]!;
    const end = this.lists[from + count]?.first ?? this.#slots;
    const list = listOf(terms, offsets, first);
    const ids = new Uint32Array(terms.size);
    for (let t = 0; t < terms.size; t++) {
      ids[t] = this.#table[this.#placeOf(terms.text, terms.start(t), terms.end(t))]! & ID;
    }
    const some = this.lists.splice(from, count, list);
    for (let t = 0; t < terms.size; t++) {
      // Where the last slot in one of `some` is told: beside the term, or in a list behind.
      let told: Int32Array = this.#terms;
      let at = 2 * ids[t]!;
      for (let i = this.lists.length - 1; told[at]! >= end; i--) {
        const { first: start, places } = this.lists[i]!;
        if (told[at]! >= start) [told, at] = [places, 2 * (told[at]! - start) + 1];
      }
      list.places[2 * t + 1] = slotBelow(first, told[at]!, some);
      told[at] = first + t;
    }
    return ids;
  }

  /** Where in list number `from` each of these terms is, all of which it holds. */
  termsIn(from: number, ids: Uint32Array): Uint32Array {
    const { first } = this.lists[from]!;
    const end = this.lists[from + 1]?.first ?? this.#slots;
    return ids.map((id) => slotBelow(end, this.#terms[2 * id]!, this.lists) - first);
  }

  /**
   * Looks at what `find` and `eachPart` will look at, step by step for all terms: they lie scattered, and memory answers
   * side by side then and not one after the other. A question takes a twentieth less.
   */
  lookAhead(tokens: readonly { readonly term: string }[]): void {
    const mask = this.#table.length - 1;
    /** By token: its place in the table, then the slot of what stands there. */
    const at = this.#ahead;
    let seen = 0;
    for (let i = 0; i < tokens.length; i++) {
      const { term } = tokens[i]!;
      at[i] = hashOf(term, 0, term.length) & mask;
      seen += this.#table[at[i]!]!;
    }
    for (let i = 0; i < tokens.length; i++) {
      at[i] = this.#terms[2 * (this.#table[at[i]!]! & ID)]!;
      seen += at[i]!;
    }
    for (let part = this.lists.length - 1; part >= 0; part--) {
      const { first, places, terms } = this.lists[part]!;
      for (let i = 0; i < tokens.length; i++) {
        const t = at[i]! - first;
        if (t < 0) continue;
        seen += terms.end(t);
        at[i] = places[2 * t + 1]!;
      }
    }
    this.seen = seen;
  }

  /** The number of a term, or -1. */
  find(term: string): number {
    const known = this.#table[this.#placeOf(term, 0, term.length)]!;
    return known === 0 ? -1 : known & ID;
  }

  /** Rows that hold a term. */
  span(id: number): number {
    return this.#terms[2 * id + 1]!;
  }

  /** The `most` terms that most rows hold; of equals those that come first. Cost: two passes, unless very many are frequent. */
  mostSpanning(ids: number[], most: number): number[] {
    if (ids.length <= most) return ids;
    bins.fill(0);
    for (let i = 0; i < ids.length; i++) bins[Math.min(this.span(ids[i]!), OFTEN)]!++;
    let least = OFTEN;
    let room = most;
    while (bins[least]! <= room) room -= bins[least--]!;
    if (least === OFTEN) {
      const often = ids.filter((id) => this.span(id) >= OFTEN);
      return often.sort((a, b) => this.span(b) - this.span(a)).slice(0, most);
    }
    const chosen: number[] = [];
    for (let i = 0; i < ids.length; i++) {
      const bin = Math.min(this.span(ids[i]!), OFTEN);
      if (bin > least || (bin === least && room-- > 0)) chosen.push(ids[i]!);
    }
    return chosen;
  }

  /** Visits the parts that hold a term, from the last to the first: the number of the part, and where the term's list begins and ends in it. */
  eachPart(id: number, visit: (part: number, from: number, to: number) => void): void {
    for (let i = this.lists.length - 1, slot = this.#terms[2 * id]!; slot >= 0; i--) {
      const { first, places } = this.lists[i]!;
      if (slot < first) continue;
      const at = 2 * (slot - first);
      visit(i, places[at]!, places[at + 2]!);
      slot = places[at + 1]!;
    }
  }

  textOf(id: number): string {
    const slot = this.#terms[2 * id]!;
    const { first, terms } = this.#listWith(slot);
    return terms.at(slot - first);
  }

  get #slots(): number {
    const last = this.lists.at(-1);
    return last ? last.first + last.terms.size : 0;
  }

  #listWith(slot: number): TermList {
    let low = 0;
    let high = this.lists.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.lists[middle]!.first <= slot) low = middle;
      else high = middle;
    }
    return this.lists[low]!;
  }

  /** Where the units `start` … `end − 1` of a text are in the table, or would be. */
  #placeOf(text: string, start: number, end: number): number {
    const hash = hashOf(text, start, end);
    const tag = tagOf(hash);
    const mask = this.#table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const known = this.#table[place]!;
      if (known === 0) return place;
      if ((known & ~ID) !== tag) continue;
      const slot = this.#terms[2 * (known & ID)]!;
      const { first, terms } = this.#listWith(slot);
      if (terms.is(slot - first, text, start, end)) return place;
    }
  }

  #reserve(size: number): void {
    if (2 * size > this.#terms.length) {
      this.#terms = grown(this.#terms, new Int32Array(Math.max(2 * size, 2 * this.#terms.length)));
    }
    let places = this.#table.length;
    while (places * 2 < size * 3) places *= 2;
    if (places === this.#table.length) return;
    this.#table = new Int32Array(places);
    for (let id = 0; id < this.#size; id++) {
      const slot = this.#terms[2 * id]!;
      const { first, terms } = this.#listWith(slot);
      const hash = terms.hashAt(slot - first);
      let place = hash & (places - 1);
      while (this.#table[place] !== 0) place = (place + 1) & (places - 1);
      this.#table[place] = tagOf(hash) | id;
    }
  }
}

/** From here on, how often a term stands is told by its own number and not by its bin. */
const OFTEN = 255;
const bins = new Uint32Array(OFTEN + 1);

const ID = 0xffffff;
const MOST_TERMS = ID + 1;

/** The last slot of a term that is less than `bound`, or -1; `slot` is its last in `lists`. */
function slotBelow(bound: number, slot: number, lists: readonly TermList[]): number {
  for (let i = lists.length - 1; slot >= bound; i--) {
    const { first, places } = lists[i]!;
    if (slot >= first) slot = places[2 * (slot - first) + 1]!;
  }
  return slot;
}

/** The upper eight bits of a hash, never 0. */
const tagOf = (hash: number) => (hash & ~ID) | (hash >>> 24 === 0 ? 1 << 24 : 0);

function listOf(terms: SortedStrings, offsets: Uint32Array, first: number): TermList {
  const places = new Int32Array(2 * offsets.length);
  for (let t = 0; t < offsets.length; t++) places[2 * t] = offsets[t]!;
  return { first, terms, places };
}
