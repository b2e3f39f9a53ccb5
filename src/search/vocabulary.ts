import { edits } from './typo.ts';

/** A term of the index, and how many rows hold it. */
export interface KnownTerm {
  readonly term: string;
  readonly frequency: number;
}

/** What an index knows of words. */
export interface Vocabulary {
  /** Live rows that hold the term. */
  frequency(term: string): number;
  /** Terms of words that begin with `prefix` (folded): the `most` most frequent, in any order. */
  completions(prefix: string, most: number): readonly KnownTerm[];
  /** Terms of words within `limit` edits of `word`: the `most` most frequent, in any order. */
  neighbours(word: string, limit: number, most: number): readonly KnownTerm[];
}

/** Knows no word: for queries that are taken apart where there is no index, or where it lies elsewhere. */
export const NO_WORDS: Vocabulary = { frequency: () => 0, completions: () => [], neighbours: () => [] };

/** Whether two words are within `limit` edits; most are told by their lengths. */
export const isNear = (word: string, other: string, limit: number) =>
  Math.abs(word.length - other.length) <= limit && edits(word, other, limit) <= limit;
