import type { Lists } from '../kernels/lists.ts';
import { TermScorer } from '../kernels/term-scorer.ts';
import { Dictionary } from './dictionary.ts';
import { mergePostings, type Postings } from './postings.ts';
import type { SortedStrings } from './sorted-strings.ts';
import { edits, outlineOf } from './typo.ts';

/** Rows as one part of the index. */
export interface Part {
  readonly first: number;
  readonly rows: number;
  readonly words: SortedStrings;
  /** The number in the dictionary of each word's term. */
  readonly ids: Uint32Array;
  lists: Lists;
  /** Columns of the terms that many of its rows hold, by where their lists begin. */
  columns: ReadonlyMap<number, number>;
  /** As it came, while it is small and waits to be merged with others. */
  readonly small?: Postings;
  /** `outlineOf` each of its words, once a typo was looked for: of a full part, where the scorer keeps them. */
  outlines?: Uint32Array | number;
}

/** A part of at least so many rows is full: it lies in the scorer's memory for good. */
const FULL_ROWS = 2048;
/** Whether a term is held by so many rows of a part that it is kept as a column, too: a byte a row. */
export const isFrequent = (held: number, rows: number) => held * 4 > rows;

/**
 * The postings of an index that grows: full parts lie in the scorer's memory for good, small ones until they are merged,
 * written there with the first question. Each small part is at least twice the next, so a posting is merged at most
 * log2(2,048) times.
 */
export class TermParts {
  readonly all: Part[] = [];
  /** The terms of `all`, part by part. */
  readonly dictionary = new Dictionary();
  #made: TermScorer | undefined;
  /** Small parts have changed since they were written. */
  #isOld = false;
  /** The last search that met each term. */
  #met = new Uint32Array();
  #searches = 0;

  get scorer(): TermScorer {
    this.#made ??= new TermScorer();
    return this.#made;
  }

  add(added: Postings, first: number): void {
    this.all.push(smallPart(added, first, this.dictionary.push(added.terms, added.offsets)));
    this.#isOld = true;
    let together = 1;
    let size = added.lengths.length;
    while (size < FULL_ROWS && this.#smallAt(together) < 2 * size) size += this.#smallAt(together++);
    if (together > 1 || size >= FULL_ROWS) this.#join(together);
  }

  /** Makes what is small ready for a question. Cost: a copy of it, the first time after a change. */
  settle(): void {
    if (!this.#isOld) return;
    this.#isOld = false;
    const small = this.all.flatMap((part) => (part.small ? [{ part, postings: part.small }] : []));
    const frequent = small.map(({ postings }) => frequentOf(postings));
    const sizes = small.map(({ postings: { rows, lengths } }, i) => [
      rows.byteLength,
      rows.length,
      ...frequent[i]!.map(() => lengths.length),
    ]);
    this.scorer.lend(sizes.flat());
    for (const [i, { part, postings }] of small.entries())
      Object.assign(part, this.#write(postings, frequent[i]!, true));
  }

  /** Terms of words that begin with `prefix`, by their numbers in the dictionary. */
  begunBy(prefix: string): number[] {
    const found: number[] = [];
    const met = this.#newSearch();
    for (let i = 0; i < this.all.length; i++) {
      const { words, ids } = this.all[i]!;
      const [from, to] = words.begunBy(prefix);
      for (let w = from; w < to; w++) {
        const id = ids[w]!;
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
    for (const part of this.all) {
      const { words, ids } = part;
      part.outlines ??= this.#outlinesOf(part);
      for (const w of this.scorer.near(part.outlines, words.size, outline, limit)) {
        const id = ids[w]!;
        if (met[id] === this.#searches || edits(word, words.at(w), limit) > limit) continue;
        met[id] = this.#searches;
        found.push(id);
      }
    }
    return found;
  }

  #outlinesOf({ words, small }: Part): Uint32Array | number {
    const outlines = Uint32Array.from({ length: words.size }, (_, w) => outlineOf(words.at(w)));
    return small ? outlines : this.scorer.keepOutlines(outlines);
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
    const { first } = some[0]!;
    if (count === 1) return void this.all.push(this.#keep(some[0]!.small!, first, some[0]!.ids));
    const postings = mergePostings(some.map(({ small }) => small!));
    const { terms, offsets, wordTerms, lengths } = postings;
    const termIds = this.dictionary.join(count, terms, offsets);
    if (lengths.length < FULL_ROWS) this.all.push(smallPart(postings, first, termIds));
    else this.all.push(this.#keep(postings, first, idsOf(wordTerms, termIds)));
  }

  #keep(postings: Postings, first: number, ids: Uint32Array): Part {
    const { lengths, words } = postings;
    return { first, rows: lengths.length, words, ids, ...this.#write(postings, frequentOf(postings), false) };
  }

  #write({ rows, counts, lengths, offsets }: Postings, frequent: readonly number[], lent: boolean) {
    const lists = this.scorer.keep(rows, counts, lent);
    const columns = new Map<number, number>();
    for (const t of frequent) {
      const [from, to] = [offsets[t]!, offsets[t + 1]!];
      columns.set(
        from,
        this.scorer.keepColumn(rows.subarray(from, to), counts.subarray(from, to), lengths.length, lent),
      );
    }
    return { lists, columns };
  }
}

function frequentOf({ offsets, lengths }: Postings): number[] {
  const found: number[] = [];
  for (let t = 0; t + 1 < offsets.length; t++) {
    if (isFrequent(offsets[t + 1]! - offsets[t]!, lengths.length)) found.push(t);
  }
  return found;
}

const NO_COLUMNS: ReadonlyMap<number, number> = new Map();

/** @param termIds numbers of the terms. */
const smallPart = (postings: Postings, first: number, termIds: Uint32Array): Part => ({
  first,
  rows: postings.lengths.length,
  words: postings.words,
  ids: idsOf(postings.wordTerms, termIds),
  lists: postings,
  columns: NO_COLUMNS,
  small: postings,
});

const idsOf = (wordTerms: Uint32Array, termIds: Uint32Array) => wordTerms.map((t) => termIds[t]!);
