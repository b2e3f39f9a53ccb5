import { grown } from './grown.ts';
import { knownWords, type Word } from './known-words.ts';
import { SortedStrings, sortByText } from './sorted-strings.ts';

/**
 * Which rows hold a term, and how often: compressed sparse rows, one list a term, rows ascending.
 *
 * Term `t` has its list in `rows[offsets[t] … offsets[t + 1])`, with the counts beside it in `counts`. Rows are numbered
 * from 0; there are at most 65,536. Immutable.
 */
export interface Postings {
  /** Terms in each row: how long its text is. */
  readonly lengths: Uint32Array;
  readonly terms: SortedStrings;
  readonly offsets: Uint32Array;
  readonly rows: Uint16Array;
  /** At most 255. */
  readonly counts: Uint8Array;
  /** The words of the texts, folded but not stemmed: what an unfinished or misspelt word may have been meant to be. */
  readonly words: SortedStrings;
  /** The term of each word. */
  readonly wordTerms: Uint32Array;
}

/** A term of a text, and the word it comes from unless it stands for itself alone. */
export interface Occurrence {
  readonly term: string;
  readonly word?: Word;
}

export const MOST_ROWS = 65_536;
const MOST = 255;

/**
 * @param termsOf of each text, a row, in any order. Asked text by text, so that the terms of one are forgotten before the
 * next: collecting what is dead costs nothing, copying what lives does.
 * Cost: linear, and sorting the distinct terms.
 */
export function buildPostings<Text>(texts: readonly Text[], termsOf: (text: Text) => readonly Occurrence[]): Postings {
  const lengths = new Uint32Array(texts.length);
  const ids = new Map<string, number>();
  /** The words, and the id of each one's term, plus one, by its number among all words. */
  const met: Word[] = [];
  let idsOfWords = new Uint32Array(knownWords());
  /** By term: how many rows hold it, and its last entry. */
  const sizes: number[] = [];
  const last: number[] = [];
  const [entryTerms, entryRows, entryCounts]: [number[], number[], number[]] = [[], [], []];
  const idOf = (term: string) => {
    const known = ids.get(term);
    if (known !== undefined) return known;
    sizes.push(0);
    last.push(-1);
    ids.set(term, ids.size);
    return ids.size - 1;
  };
  for (let row = 0; row < texts.length; row++) {
    const occurrences = termsOf(texts[row]!);
    if (knownWords() > idsOfWords.length) idsOfWords = grown(idsOfWords, new Uint32Array(knownWords() * 2));
    lengths[row] = occurrences.length;
    for (const { term, word } of occurrences) {
      let id = word === undefined ? idOf(term) : idsOfWords[word.number]! - 1;
      if (id < 0) {
        id = idOf(term);
        met.push(word!);
        idsOfWords[word!.number] = id + 1;
      }
      const entry = last[id]!;
      if (entry >= 0 && entryRows[entry] === row) entryCounts[entry]!++;
      else {
        last[id] = entryTerms.length;
        sizes[id]!++;
        entryTerms.push(id);
        entryRows.push(row);
        entryCounts.push(1);
      }
    }
  }
  const terms = sortByText([...ids.keys()], (term) => term);
  const { offsets, rows, counts } = allocate(terms.map((term) => sizes[ids.get(term)!]!));
  // Where the next entry of a term goes; entries come in order of row.
  const next = new Uint32Array(ids.size);
  const places = new Uint32Array(ids.size);
  for (let t = 0; t < terms.length; t++) {
    const id = ids.get(terms[t]!)!;
    next[id] = offsets[t]!;
    places[id] = t;
  }
  for (let i = 0; i < entryTerms.length; i++) {
    const at = next[entryTerms[i]!]!++;
    rows[at] = entryRows[i]!;
    counts[at] = Math.min(entryCounts[i]!, MOST);
  }
  const words = sortByText(met, ({ text }) => text);
  return {
    lengths,
    terms: new SortedStrings(terms.join('\n')),
    offsets,
    rows,
    counts,
    words: new SortedStrings(words.map(({ text }) => text).join('\n')),
    wordTerms: Uint32Array.from(words, ({ number }) => places[idsOfWords[number]! - 1]!),
  };
}

/** Neighbours as one, in order. Cost: linear, and `SortedStrings.merge` of terms and of words. */
export function mergePostings(parts: readonly Postings[]): Postings {
  const { merged: terms, places } = SortedStrings.merge(parts.map((part) => part.terms));
  const { merged: words, places: wordPlaces } = SortedStrings.merge(parts.map((part) => part.words));
  const sizes = new Uint32Array(terms.size);
  const wordTerms = new Uint32Array(words.size);
  const lengths = new Uint32Array(parts.reduce((sum, part) => sum + part.lengths.length, 0));
  for (const [i, { offsets, wordTerms: termOf }] of parts.entries()) {
    const [place, wordPlace] = [places[i]!, wordPlaces[i]!];
    for (let t = 0; t < place.length; t++) sizes[place[t]!]! += offsets[t + 1]! - offsets[t]!;
    for (let w = 0; w < wordPlace.length; w++) wordTerms[wordPlace[w]!] = place[termOf[w]!]!;
  }
  const { offsets, rows, counts } = allocate(sizes);
  const next = offsets.slice();
  let first = 0;
  for (const [i, part] of parts.entries()) {
    const place = places[i]!;
    for (let t = 0; t < place.length; t++) {
      let at = next[place[t]!]!;
      for (let e = part.offsets[t]!; e < part.offsets[t + 1]!; e++, at++) {
        rows[at] = first + part.rows[e]!;
        counts[at] = part.counts[e]!;
      }
      next[place[t]!] = at;
    }
    lengths.set(part.lengths, first);
    first += part.lengths.length;
  }
  return { lengths, terms, offsets, rows, counts, words, wordTerms };
}

/** Room for lists of these sizes, and where each begins. */
function allocate(sizes: ArrayLike<number>) {
  const offsets = new Uint32Array(sizes.length + 1);
  for (let t = 0; t < sizes.length; t++) offsets[t + 1] = offsets[t]! + sizes[t]!;
  const total = offsets[sizes.length]!;
  return { offsets, rows: new Uint16Array(total), counts: new Uint8Array(total) };
}
