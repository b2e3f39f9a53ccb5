import type { Lists } from '../kernels/lists.ts';
import { TermScorer } from '../kernels/term-scorer.ts';
import { Dictionary } from './dictionary.ts';
import { mergePostings, type Postings } from './postings.ts';
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

/** A part of at least so many rows is full: it goes to the scorer's memory, with all small ones before it. */
const FULL_ROWS = 2048;
/** A term that more than one of so many rows of a full part holds is kept as a column, too: a byte a row. */
const COLUMN_SHARE = 4;

/**
 * The postings of an index that grows: full parts lie in the scorer's memory, small ones beside it until they are
 * merged. Each small part is at least twice the next, so a posting is copied at most log2(2,048) times.
 */
export class TermParts {
  readonly all: Part[] = [];
  /** The terms of `all`, part by part. */
  readonly dictionary = new Dictionary();
  #made: TermScorer | undefined;
  /** The last search that met each term. */
  #met = new Uint32Array();
  #searches = 0;

  get scorer(): TermScorer {
    this.#made ??= new TermScorer();
    return this.#made;
  }

  add(added: Postings, first: number): void {
    this.all.push(smallPart(added, first));
    this.dictionary.push(added.terms, added.offsets);
    let together = 1;
    let size = added.lengths.length;
    while (size < FULL_ROWS && this.#smallAt(together) < 2 * size) size += this.#smallAt(together++);
    if (together > 1 || size >= FULL_ROWS) this.#join(together);
  }

  rowsOf(part: Part, t: number): Uint16Array {
    const { offsets } = part.postings;
    return this.scorer.rowsOf(part.lists, offsets[t]!, offsets[t + 1]!);
  }

  /** Terms of words that begin with `prefix`, by their numbers in the dictionary. */
  begunBy(prefix: string): number[] {
    const found: number[] = [];
    const met = this.#newSearch();
    for (let i = 0; i < this.all.length; i++) {
      const { words, wordTerms } = this.all[i]!.postings;
      const { ids } = this.dictionary.lists[i]!;
      const [from, to] = words.begunBy(prefix);
      for (let w = from; w < to; w++) {
        const id = ids[wordTerms[w]!]!;
        if (met[id] === this.#searches) continue;
        met[id] = this.#searches;
        found.push(id);
      }
    }
    return found;
  }

  /** Terms of words within `limit` edits of `word`, by their numbers in the dictionary. */
  near(word: string, limit: number): number[] {
    const found: number[] = [];
    const met = this.#newSearch();
    const outline = outlineOf(word);
    for (const [i, part] of this.all.entries()) {
      const { words, wordTerms } = part.postings;
      const { ids } = this.dictionary.lists[i]!;
      part.outlines ??= Uint32Array.from({ length: words.size }, (_, w) => outlineOf(words.at(w)));
      for (let w = 0; w < words.size; w++) {
        if (!mayBeNear(outline, part.outlines[w]!, limit)) continue;
        const id = ids[wordTerms[w]!]!;
        if (met[id] === this.#searches || edits(word, words.at(w), limit) > limit) continue;
        met[id] = this.#searches;
        found.push(id);
      }
    }
    return found;
  }

  /** By term: the number of the last search that met it; the number of this one is `#searches`. */
  #newSearch(): Uint32Array {
    const { size } = this.dictionary;
    if (this.#met.length < size) this.#met = new Uint32Array(Math.max(size, this.#met.length * 2));
    this.#searches++;
    return this.#met;
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
    if (count > 1) this.dictionary.join(count, postings.terms, postings.offsets);
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
