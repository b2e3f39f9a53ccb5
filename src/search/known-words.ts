import { fold } from './fold.ts';
import { isFunctionWord } from './function-words.ts';
import { stem } from './stem.ts';

/** A word as the index knows it: one object, however often it is met. */
export interface Word {
  /** Folded, not stemmed. */
  readonly text: string;
  /** Its stem. */
  readonly term: string;
  /** Says how a sentence is built, not what it is about. */
  readonly isFunction: boolean;
  /** Among all words that were ever met, from 0. */
  readonly number: number;
}

/** The words met since the page was opened, by number: a language has a few hundred thousand. */
const words: Word[] = [];
/** At the first free place from a word's hash on: the hash, and the number plus one; 0 for a free place. */
let table = new Int32Array(1 << 14);

/** Numbers of words are below this. */
export const knownWords = (): number => words.length;

/**
 * The word that the units `from` … `end − 1` of a text are, folded already but for capitals A–Z. Nearly all are known: so
 * they are found by their units, and no string is made of them.
 */
export function wordAt(text: string, from: number, end: number): Word {
  let hash = 0x811c9dc5; // FNV-1a
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ (text.charCodeAt(i) | CASE), 0x01000193);
  hash ^= hash >>> 15;
  const mask = table.length - 2;
  for (let place = (hash << 1) & mask; ; place = (place + 2) & mask) {
    const number = table[place + 1]!;
    if (number === 0) return meet(text.slice(from, end), hash, place);
    if (table[place] === hash && isAt(words[number - 1]!.text, text, from, end)) return words[number - 1]!;
  }
}

/** What a small letter of a–z has and its capital has not; what is no letter mostly has it, too. */
const CASE = 32;

function isAt(word: string, text: string, from: number, end: number): boolean {
  if (word.length !== end - from) return false;
  for (let i = 0; i < word.length; i++) {
    const unit = text.charCodeAt(from + i);
    if (word.charCodeAt(i) !== (unit >= 65 && unit <= 90 ? unit | CASE : unit)) return false;
  }
  return true;
}

function meet(written: string, hash: number, place: number): Word {
  const text = fold(written);
  const stemmed = stem(text);
  const term = stemmed === text ? text : stemmed; // one string where they are equal: less to hold, and to fetch
  const word = { text, term, isFunction: isFunctionWord(text), number: words.length };
  table[place] = hash;
  table[place + 1] = words.push(word);
  if (words.length * 3 > table.length) grow();
  return word;
}

function grow(): void {
  const before = table;
  table = new Int32Array(before.length * 2);
  const mask = table.length - 2;
  for (let i = 0; i < before.length; i += 2) {
    if (before[i + 1] === 0) continue;
    let place = (before[i]! << 1) & mask;
    while (table[place + 1] !== 0) place = (place + 2) & mask;
    table[place] = before[i]!;
    table[place + 1] = before[i + 1]!;
  }
}
