import { edits } from './typo.ts';

/** What an index knows of words. A term has one number as long as the index lives. */
export interface Vocabulary {
  /** These terms are about to be looked for: an index may fetch what that takes at once. */
  lookAhead(tokens: readonly { readonly term: string }[]): void;
  /** The number of a term, or -1. */
  find(term: string): number;
  termAt(id: number): string;
  /** Live rows that hold the term of a number; 0 for -1. */
  frequency(id: number): number;
  /** Terms of words that begin with `prefix` (folded): the `most` most frequent, in any order. */
  completions(prefix: string, most: number): readonly number[];
  /** Terms of words within `limit` edits of `word`: the `most` most frequent, in any order. */
  neighbours(word: string, limit: number, most: number): readonly number[];
}

/** Knows no word: for queries that are taken apart where there is no index, or where it lies elsewhere. */
export const NO_WORDS: Vocabulary = {
  lookAhead: () => {},
  find: () => -1,
  termAt: () => '',
  frequency: () => 0,
  completions: () => [],
  neighbours: () => [],
};

/** Whether two words are within `limit` edits; most are told by their lengths. */
export const isNear = (word: string, other: string, limit: number) =>
  Math.abs(word.length - other.length) <= limit && edits(word, other, limit) <= limit;
