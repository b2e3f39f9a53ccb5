/// <reference path="./untyped-packages.d.ts" />
import porter2 from 'wink-porter2-stemmer';

/**
 * The Porter2 (Snowball English) stem of a folded word. A word of less than three letters, or with a digit or a letter
 * outside a–z, is its own stem. Cost: some microseconds; `known-words.ts` asks once a word.
 */
export const stem = (word: string): string => (/^[a-z]{3,}$/.test(word) ? porter2(word) : word);
