/// <reference path="./untyped-packages.d.ts" />
import porter2 from 'wink-porter2-stemmer';

/** Words the stemmer has seen; a language has few hundred thousand, and stemming one costs some microseconds. */
const stems = new Map<string, string>();

/** The Porter2 (Snowball English) stem of a folded word. A word with a digit or a letter outside a–z is its own stem. */
export function stem(word: string): string {
  let found = stems.get(word);
  if (found === undefined) {
    found = /^[a-z]+$/.test(word) ? porter2(word) : word;
    stems.set(word, found);
  }
  return found;
}
