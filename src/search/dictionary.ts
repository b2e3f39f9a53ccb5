import { grown } from './grown.ts';
import { hashOf, type SortedStrings } from './sorted-strings.ts';

/** The terms of one part of an index, in the dictionary. */
export interface TermList {
  /** Its terms have the slots `first`, `first + 1`, … */
  readonly first: number;
  readonly terms: SortedStrings;
  /** Term `t` is held by `offsets[t + 1] − offsets[t]` rows of the part. */
  readonly offsets: Uint32Array;
  /** The number of each term in the dictionary. */
  readonly ids: Uint32Array;
  /** The slot of the same term in the last part before this one that holds it, or -1. */
  readonly before: Int32Array;
}

/**
 * Every term of an index that comes in parts, under one number: a term is found by one look-up however many parts there
 * are, and then only those parts are visited that hold it.
 *
 * Memory   8 bytes for each term of each part, 16 to 24 for each distinct one; texts stay where they are.
 */
export class Dictionary {
  /** One a part, in order. */
  readonly lists: TermList[] = [];
  /** Of each term: the slot in the last part that holds it, and the rows of all parts that do. */
  #heads = new Int32Array(1024);
  #spans = new Uint32Array(1024);
  #size = 0;
  /** At the first free place from a term's hash on, its number, and eight more bits of the hash: 0 for a free place. */
  #table = new Uint32Array(2048);
  #tags = new Uint8Array(2048);

  get size(): number {
    return this.#size;
  }

  /** Cost: a look-up of each term. */
  push(terms: SortedStrings, offsets: Uint32Array): void {
    const list = this.#listOf(terms, offsets, this.#slots);
    this.lists.push(list);
    this.#reserve(this.#size + terms.size);
    for (let t = 0; t < terms.size; t++) {
      const place = this.#placeOf(terms.text, terms.start(t), terms.end(t));
      let id = this.#table[place]!;
      if (this.#tags[place] === 0) {
        id = this.#size++;
        this.#tags[place] = tagOf(terms.hashAt(t));
        this.#table[place] = id;
        this.#heads[id] = -1;
        this.#spans[id] = 0;
      }
      list.ids[t] = id;
      list.before[t] = this.#heads[id]!;
      this.#heads[id] = list.first + t;
      this.#spans[id]! += offsets[t + 1]! - offsets[t]!;
    }
  }

  /** The last `count` lists, more than one, become one that holds all their terms in the same rows. Cost: a look-up of each. */
  join(count: number, terms: SortedStrings, offsets: Uint32Array): void {
    const first = this.lists.at(-count)!.first;
    const list = this.#listOf(terms, offsets, first);
    for (let t = 0; t < terms.size; t++) {
      const id = this.#table[this.#placeOf(terms.text, terms.start(t), terms.end(t))]!;
      let slot = this.#heads[id]!;
      for (let i = this.lists.length - 1; slot >= first; i--) {
        const { first: start, before } = this.lists[i]!;
        if (slot >= start) slot = before[slot - start]!;
      }
      list.ids[t] = id;
      list.before[t] = slot;
    }
    this.lists.splice(-count, count, list);
    for (let t = 0; t < terms.size; t++) this.#heads[list.ids[t]!] = first + t;
  }

  /** The number of a term, or -1. */
  find(term: string): number {
    const place = this.#placeOf(term, 0, term.length);
    return this.#tags[place] === 0 ? -1 : this.#table[place]!;
  }

  /** Rows that hold a term. */
  span(id: number): number {
    return this.#spans[id]!;
  }

  /** Visits the parts that hold a term, from the last to the first: the number of the part, and the term's number in it. */
  eachPart(id: number, visit: (part: number, term: number) => void): void {
    for (let i = this.lists.length - 1, slot = this.#heads[id]!; slot >= 0; i--) {
      const { first, before } = this.lists[i]!;
      if (slot < first) continue;
      visit(i, slot - first);
      slot = before[slot - first]!;
    }
  }

  textOf(id: number): string {
    const { first, terms } = this.#listWith(this.#heads[id]!);
    return terms.at(this.#heads[id]! - first);
  }

  get #slots(): number {
    const last = this.lists.at(-1);
    return last ? last.first + last.terms.size : 0;
  }

  #listOf(terms: SortedStrings, offsets: Uint32Array, first: number): TermList {
    return { first, terms, offsets, ids: new Uint32Array(terms.size), before: new Int32Array(terms.size) };
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
      const there = this.#tags[place]!;
      if (there === 0) return place;
      if (there !== tag) continue;
      const slot = this.#heads[this.#table[place]!]!;
      const { first, terms } = this.#listWith(slot);
      if (terms.is(slot - first, text, start, end)) return place;
    }
  }

  #reserve(size: number): void {
    if (size > this.#heads.length) {
      const room = Math.max(size, this.#heads.length * 2);
      this.#heads = grown(this.#heads, new Int32Array(room));
      this.#spans = grown(this.#spans, new Uint32Array(room));
    }
    let places = this.#table.length;
    while (places * 2 < size * 3) places *= 2;
    if (places === this.#table.length) return;
    this.#table = new Uint32Array(places);
    this.#tags = new Uint8Array(places);
    for (let id = 0; id < this.#size; id++) {
      const { first, terms } = this.#listWith(this.#heads[id]!);
      const hash = terms.hashAt(this.#heads[id]! - first);
      let place = hash & (places - 1);
      while (this.#tags[place] !== 0) place = (place + 1) & (places - 1);
      this.#tags[place] = tagOf(hash);
      this.#table[place] = id;
    }
  }
}

const tagOf = (hash: number) => hash >>> 24 || 1;
