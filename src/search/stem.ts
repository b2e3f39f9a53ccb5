/// <reference path="./untyped-packages.d.ts" />
import porter2 from 'wink-porter2-stemmer';

/** Every suffix that Porter2 takes off or turns into another ends like this: words that do not are their own stems. */
const SUFFIXED = /^[a-z]+(?:[eisy]|al|ed|er|ic|ing|ion|ism|ll|nt|or|ul)$/;

/**
 * The Porter2 (Snowball English) stem of a folded word. A word of less than three letters, or with a digit or a letter
 * outside a–z, is its own stem. Cost: some microseconds, for which `known-words.ts` asks once a word, and nothing for half
 * of the words that somebody is still typing.
 */
export const stem = (word: string): string => (word.length > 2 && SUFFIXED.test(word) ? porter2(word) : word);
