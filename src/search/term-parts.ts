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
/** Neighbours of at most so many rows together become one part in idle time: a step of a tenth of a second. */
const MERGED_ROWS = 16_384;
/** … of an index of at most so many rows: until it is done, each posting takes its three bytes twice. */
const MOST_MERGED = 131_072;
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
    const ids = idsOf(added.wordTerms, this.dictionary.push(added.terms, added.offsets));
    this.all.push(partOf(added, first, ids, waiting(added)));
    this.#isOld = true;
    let together = 1;
    let size = added.lengths.length;
    while (size < FULL_ROWS && this.#smallAt(together) < 2 * size) size += this.#smallAt(together++);
    if (together > 1 || size >= FULL_ROWS) this.#join(together);
  }

  /**
   * Neighbours become one part, so that a question visits fewer; a step at a time, for idle time. A part that comes
   * meanwhile ends it, and all is as it was. Afterwards the scorer is another one, since memory is given back as a whole.
   *
   * @param lengths of the rows.
   */
  *merge(lengths: Uint32Array): Iterable<void> {
    const last = this.all.at(-1);
    const counts = neighbours(this.all);
    if (!last || counts.length === this.all.length || last.first + last.rows > MOST_MERGED) return;
    const scorer = new TermScorer();
    const merged: { readonly count: number; readonly postings: Postings; readonly placed: Placed }[] = [];
    let from = 0;
    for (const count of counts) {
      const some = Array.from({ length: count }, (_, i) => this.#postingsOf(from + i, lengths));
      const postings = count === 1 ? some[0]! : mergePostings(some);
      merged.push({ count, postings, placed: place(postings, scorer) });
      from += count;
      yield;
      if (this.all.at(-1) !== last) return;
    }
    for (const [i, { count, postings, placed }] of merged.entries()) {
      const { first, ids } = this.all[i]!;
      const { terms, offsets, wordTerms } = postings;
      const all = count === 1 ? ids : idsOf(wordTerms, this.dictionary.join(i, count, terms, offsets));
      this.all.splice(i, count, partOf(postings, first, all, placed));
    }
    this.#made = scorer;
    this.#isOld = true;
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
      Object.assign(part, write(postings, frequent[i]!, this.scorer, true));
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
    const { first, ids } = some[0]!;
    const postings = count === 1 ? some[0]!.small! : mergePostings(some.map(({ small }) => small!));
    const { terms, offsets, wordTerms } = postings;
    const from = this.all.length;
    const all = count === 1 ? ids : idsOf(wordTerms, this.dictionary.join(from, count, terms, offsets));
    this.all.push(partOf(postings, first, all, place(postings, this.scorer)));
  }

  /** A part as it came. @param lengths of the rows of the index. */
  #postingsOf(i: number, lengths: Uint32Array): Postings {
    const { first, rows, words, ids, lists, small } = this.all[i]!;
    if (small) return small;
    const { terms, places } = this.dictionary.lists[i]!;
    const offsets = new Uint32Array(terms.size + 1);
    for (let t = 0; t < offsets.length; t++) offsets[t] = places[2 * t]!;
    return {
      lengths: lengths.subarray(first, first + rows),
      terms,
      offsets,
      ...this.scorer.read(lists, offsets[terms.size]!),
      words,
      wordTerms: this.dictionary.termsIn(i, ids),
    };
  }
}

/** How many parts are to be one each time, so that no more rows than MERGED_ROWS come together. */
function neighbours(parts: readonly Part[]): number[] {
  const counts: number[] = [];
  let together = Infinity;
  for (const { rows } of parts) {
    together += rows;
    if (together > MERGED_ROWS) {
      counts.push(0);
      together = rows;
    }
    counts[counts.length - 1]!++;
  }
  return counts;
}

/** Where a part's postings are. */
type Placed = Pick<Part, 'lists' | 'columns' | 'small'>;

/** Postings as they are while they are few, else in the scorer's memory for good. */
const place = (postings: Postings, scorer: TermScorer): Placed =>
  postings.lengths.length < FULL_ROWS ? waiting(postings) : write(postings, frequentOf(postings), scorer, false);

const NO_COLUMNS: ReadonlyMap<number, number> = new Map();
const waiting = (postings: Postings): Placed => ({ lists: postings, columns: NO_COLUMNS, small: postings });

function write(
  { rows, counts, lengths, offsets }: Postings,
  frequent: readonly number[],
  scorer: TermScorer,
  lent: boolean,
): Placed {
  const lists = scorer.keep(rows, counts, lent);
  const columns = new Map<number, number>();
  for (const t of frequent) {
    const [from, to] = [offsets[t]!, offsets[t + 1]!];
    columns.set(from, scorer.keepColumn(rows.subarray(from, to), counts.subarray(from, to), lengths.length, lent));
  }
  return { lists, columns };
}

function frequentOf({ offsets, lengths }: Postings): number[] {
  const found: number[] = [];
  for (let t = 0; t + 1 < offsets.length; t++) {
    if (isFrequent(offsets[t + 1]! - offsets[t]!, lengths.length)) found.push(t);
  }
  return found;
}

/** @param ids numbers of the words' terms. */
const partOf = ({ lengths, words }: Postings, first: number, ids: Uint32Array, placed: Placed): Part => ({
  first,
  rows: lengths.length,
  words,
  ids,
  ...placed,
});

const idsOf = (wordTerms: Uint32Array, termIds: Uint32Array) => wordTerms.map((t) => termIds[t]!);
