import type { Lists } from '../kernels/lists.ts';
import { TermScorer } from '../kernels/term-scorer.ts';
import { mergePostings, type Postings } from './postings.ts';
import { hashOf } from './sorted-strings.ts';
import { edits, mayBeNear, outlineOf } from './typo.ts';

/** Rows as one part of the index. */
export interface Part {
  readonly first: number;
  readonly rows: number;
  readonly postings: Omit<Postings, 'rows' | 'counts' | 'lengths'>;
  readonly lists: Lists;
  /** Columns of the terms that many of its rows hold, by the number of the term. */
  readonly columns: ReadonlyMap<number, number>;
  /** As it came, while it is small and waits to be merged with others. */
  readonly small?: Postings;
  /** `outlineOf` each of its words, once a typo was looked for. */
  outlines?: Uint32Array;
}

/** Where a term is. */
export interface Place {
  readonly term: string;
  /** Its number in each part, -1 where it is not. */
  readonly numbers: readonly number[];
  /** Rows that hold it, dead ones included. */
  readonly span: number;
  /** Live rows that hold it, as counted when so many had died. */
  live: number;
  asOf: number;
}

/** A part of at least so many rows is full: it goes to the scorer's memory, with all small ones before it. */
const FULL_ROWS = 2048;
/** A term that more than one of so many rows of a full part holds is kept as a column, too: a byte a row. */
const COLUMN_SHARE = 4;
/** Terms whose places are remembered, until the index changes. */
const REMEMBERED_TERMS = 16_384;

/**
 * The postings of an index that grows: full parts lie in the scorer's memory, small ones beside it until they are
 * merged. Each small part is at least twice the next, so a posting is copied at most log2(2,048) times.
 */
export class TermParts {
  readonly all: Part[] = [];
  #made: TermScorer | undefined;
  readonly #places = new Map<string, Place>();

  get scorer(): TermScorer {
    this.#made ??= new TermScorer();
    return this.#made;
  }

  add(added: Postings, first: number): void {
    this.#places.clear();
    this.all.push(smallPart(added, first));
    let together = 1;
    let size = added.lengths.length;
    while (size < FULL_ROWS && this.#smallAt(together) < 2 * size) size += this.#smallAt(together++);
    if (together > 1 || size >= FULL_ROWS) this.#join(together);
  }

  /** Remembered, since questions repeat words. */
  placeOf(term: string): Place {
    const known = this.#places.get(term);
    if (known) return known;
    const hash = hashOf(term, 0, term.length);
    const numbers: number[] = [];
    let span = 0;
    for (let i = 0; i < this.all.length; i++) {
      const { terms, offsets } = this.all[i]!.postings;
      const t = terms.find(term, hash);
      numbers.push(t);
      if (t >= 0) span += offsets[t + 1]! - offsets[t]!;
    }
    const place: Place = { term, numbers, span, live: span, asOf: -1 };
    if (this.#places.size >= REMEMBERED_TERMS) this.#places.clear();
    this.#places.set(term, place);
    return place;
  }

  rowsOf(part: Part, t: number): Uint16Array {
    const { offsets } = part.postings;
    return this.scorer.rowsOf(part.lists, offsets[t]!, offsets[t + 1]!);
  }

  /** Terms of words that begin with `prefix`. Of those that are in many rows of a part alone, `most` a part. */
  begunBy(prefix: string, most: number): Place[] {
    const found: Place[] = [];
    const seen = this.all.map(() => new Set<number>());
    for (const [i, { postings }] of this.all.entries()) {
      for (const t of begun(postings, prefix, most)) {
        if (seen[i]!.has(t)) continue;
        const place = this.placeOf(postings.terms.at(t));
        for (let j = i + 1; j < seen.length; j++) seen[j]!.add(place.numbers[j]!);
        found.push(place);
      }
    }
    return found;
  }

  /** Terms of words within `limit` edits of `word`. */
  near(word: string, limit: number): Place[] {
    const terms = new Set<string>();
    const outline = outlineOf(word);
    for (const part of this.all) {
      const { words, wordTerms, terms: known } = part.postings;
      part.outlines ??= Uint32Array.from({ length: words.size }, (_, w) => outlineOf(words.at(w)));
      for (let w = 0; w < words.size; w++) {
        if (!mayBeNear(outline, part.outlines[w]!, limit)) continue;
        if (edits(word, words.at(w), limit) <= limit) terms.add(known.at(wordTerms[w]!));
      }
    }
    return Array.from(terms, (term) => this.placeOf(term));
  }

  /** Rows of the part so many before the end, if it is still small. */
  #smallAt(before: number): number {
    const part = this.all.at(-before - 1);
    return part?.small ? part.rows : Infinity;
  }

  /** The last `count` parts become one, which is kept for good when it is full. */
  #join(count: number): void {
    const some = this.all.splice(-count);
    const postings = some.length === 1 ? some[0]!.small! : mergePostings(some.map(({ small }) => small!));
    const { first } = some[0]!;
    this.all.push(postings.lengths.length < FULL_ROWS ? smallPart(postings, first) : this.#keep(postings, first));
  }

  #keep({ rows, counts, lengths, ...postings }: Postings, first: number): Part {
    const { terms, offsets } = postings;
    const columns = new Map<number, number>();
    for (let t = 0; t < terms.size; t++) {
      const [from, to] = [offsets[t]!, offsets[t + 1]!];
      if ((to - from) * COLUMN_SHARE <= lengths.length) continue;
      columns.set(t, this.scorer.keepColumn(rows.subarray(from, to), counts.subarray(from, to), lengths.length));
    }
    return { first, rows: lengths.length, postings, lists: this.scorer.keep(rows, counts), columns };
  }
}

const NO_COLUMNS: ReadonlyMap<number, number> = new Map();

const smallPart = (postings: Postings, first: number): Part => ({
  first,
  rows: postings.lengths.length,
  postings,
  lists: postings,
  columns: NO_COLUMNS,
  small: postings,
});

/** Numbers of the terms of the words that begin with `prefix`: the `most` with the longest lists, if there are more. */
function begun({ words, wordTerms, offsets }: Part['postings'], prefix: string, most: number): Iterable<number> {
  const from = words.from(prefix);
  let to = from;
  while (to < words.size && words.beginsWith(to, prefix)) to++;
  if (to - from <= most) return new Set(wordTerms.subarray(from, to));
  // Sorted as numbers, the longest lists first: of equals, the lower term.
  const keys = Float64Array.from(wordTerms.subarray(from, to), (t) => t - (offsets[t + 1]! - offsets[t]!) * TERMS);
  const terms = new Set<number>();
  for (const key of keys.sort()) {
    if (terms.size === most) break;
    terms.add(((key % TERMS) + TERMS) % TERMS);
  }
  return terms;
}

/** More than a part has terms. */
const TERMS = 2 ** 32;
