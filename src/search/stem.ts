/// <reference path="./wink-porter2-stemmer.d.ts" />
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

/** Stems of the words seen so far that begin with `prefix` (folded). Cost: one pass over all words seen. */
export function* wordsStartingWith(prefix: string): Generator<string> {
  for (const [word, found] of stems) if (word.startsWith(prefix)) yield found;
}
