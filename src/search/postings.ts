import { grown } from './grown.ts';
import { knownWords, type Word } from './known-words.ts';
import { SortedStrings } from './sorted-strings.ts';

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
  const made = allocate([...ids.keys()].sort(), (term) => sizes[ids.get(term)!]!);
  const { terms, offsets, rows, counts } = made;
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
  met.sort((a, b) => (a.text < b.text ? -1 : 1));
  return {
    ...made,
    lengths,
    terms: new SortedStrings(terms.join('\n')),
    words: new SortedStrings(met.map(({ text }) => text).join('\n')),
    wordTerms: Uint32Array.from(met, ({ number }) => places[idsOfWords[number]! - 1]!),
  };
}

/** Neighbours as one, in order. Cost: linear, and sorting the distinct terms. */
export function mergePostings(parts: readonly Postings[]): Postings {
  const sizes = new Map<string, number>();
  const termsOfWords = new Map<string, string>();
  for (const { terms, offsets, words, wordTerms } of parts) {
    for (let t = 0; t < terms.size; t++) {
      const term = terms.at(t);
      sizes.set(term, (sizes.get(term) ?? 0) + offsets[t + 1]! - offsets[t]!);
    }
    for (let w = 0; w < words.size; w++) termsOfWords.set(words.at(w), terms.at(wordTerms[w]!));
  }
  const made = allocate([...sizes.keys()].sort(), (term) => sizes.get(term)!);
  const places = new Map(made.terms.map((term, t) => [term, t]));
  const next = made.offsets.slice();
  let first = 0;
  for (const { lengths, terms, offsets, rows, counts } of parts) {
    for (let t = 0; t < terms.size; t++) {
      const place = places.get(terms.at(t))!;
      for (let i = offsets[t]!; i < offsets[t + 1]!; i++) {
        const at = next[place]!++;
        made.rows[at] = first + rows[i]!;
        made.counts[at] = counts[i]!;
      }
    }
    first += lengths.length;
  }
  const lengths = new Uint32Array(first);
  let at = 0;
  for (const part of parts) {
    lengths.set(part.lengths, at);
    at += part.lengths.length;
  }
  const words = [...termsOfWords.keys()].sort();
  return {
    ...made,
    lengths,
    terms: new SortedStrings(made.terms.join('\n')),
    words: new SortedStrings(words.join('\n')),
    wordTerms: Uint32Array.from(words, (word) => places.get(termsOfWords.get(word)!)!),
  };
}

function allocate(terms: readonly string[], size: (term: string) => number) {
  const offsets = new Uint32Array(terms.length + 1);
  for (let t = 0; t < terms.length; t++) offsets[t + 1] = offsets[t]! + size(terms[t]!);
  const total = offsets[terms.length]!;
  return { terms, offsets, rows: new Uint16Array(total), counts: new Uint8Array(total) };
}
