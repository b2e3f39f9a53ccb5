import type { Range } from '../core/types.ts';
import { IDEOGRAPH, kindAt, LETTER } from './characters.ts';
import { fold } from './fold.ts';
import { type Word, wordAt } from './known-words.ts';
import { numeralAt } from './numerals.ts';
import { simplify } from './simplify.ts';

/** Goes up whenever the same text would give other tokens; part of every stored index. */
export const ANALYSER_VERSION = 5;

/** A word as the index knows it, and where it stands in the text. */
export interface Token extends Range {
  /** Folded and stemmed: two spellings of one word have one term. */
  readonly term: string;
  /** The word before it was stemmed; absent where characters stand for themselves. */
  readonly word?: Word;
}

/**
 * Text to terms, the same for documents and queries.
 *
 *   English, digits   case, width and diacritics folded (NFKC, marks dropped), Porter2 stem
 *   compounds         `v-model`, `defineProps`, `node.js`: the whole without its joints (`vmodel`) and each part;
 *                     so `define-props` finds `defineProps`
 *   C++, C#, F#       keep their signs
 *   Han, kana         single characters and, within one run, bigrams: any verbatim substring can match;
 *                     Traditional as Simplified
 *   第五百七十七, 二〇二一年, 三十日   the number in Arabic numerals besides
 *
 * In order of start; tokens overlap (a compound and its parts, a bigram and its characters). Offsets are those of the
 * text as given: folding happens inside a token. Cost: linear in the text.
 */
export function analyse(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const kind = kindAt(text, at);
    if (kind === LETTER) at = word(text, at, tokens);
    else if (kind === IDEOGRAPH) at = ideographs(text, at, tokens);
    else at++;
  }
  return tokens;
}

/** Joins letters into one compound when it stands alone between two of them. */
const JOINTS = "-.:_'’";
/** Signs that belong to the name of a language, but not `##` or `#anchor`. */
const SIGNS = /(?:\+\+|#)(?![\p{L}\p{N}#])/uy;
/** Where a compound comes apart: at a joint, before a capital after a small letter, before the last capital of several. */
const PARTS = /[^-.:_]+?(?=[-.:_]|$|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}))/gu;
const APOSTROPHES = /['’](?:s$)?/giu;

function word(text: string, from: number, tokens: Token[]): number {
  let end = from;
  // One small word, perhaps with one capital before it, has no parts.
  let simple = true;
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end);
    if (isSmall(unit) || (end === from && unit >= 65 && unit <= 90)) continue;
    if (kindAt(text, end) !== LETTER) {
      if (unit === 32 || !JOINTS.includes(text[end]!)) break;
      if (end + 1 >= text.length || kindAt(text, end + 1) !== LETTER) break;
    }
    simple = false;
  }
  const next = text.charCodeAt(end);
  if (next === 43 || next === 35) {
    SIGNS.lastIndex = end;
    if (SIGNS.test(text)) {
      end = SIGNS.lastIndex;
      simple = false;
    }
  }

  if (simple) {
    add(wordAt(text, from, end), from, end, tokens);
    return end;
  }
  const run = text.slice(from, end);
  const parts = [...run.matchAll(PARTS)];
  if (parts.length > 1) addFolded(whole(run), from, end, tokens);
  for (const { 0: part, index } of parts) {
    addFolded(fold(part.replace(APOSTROPHES, '')), from + index, from + index + part.length, tokens);
  }
  return end;
}

/** One of a–z and 0–9. */
const isSmall = (unit: number) => (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57);

function addFolded(word: string, start: number, end: number, tokens: Token[]): void {
  if (word !== '') add(wordAt(word, 0, word.length), start, end, tokens);
}

function add(word: Word, start: number, end: number, tokens: Token[]): void {
  tokens.push({ term: word.term, word, start, end });
}

/** The joints go, but not between digits: 3.5 is not 35. */
const whole = (run: string) => fold(run.replace(APOSTROPHES, '')).replace(/(?<!\p{N})[-.:_]+|[-.:_]+(?!\p{N})/gu, '');

function ideographs(text: string, from: number, tokens: Token[]): number {
  let before: { term: string; start: number } | undefined;
  let start = from;
  while (start < text.length && kindAt(text, start) === IDEOGRAPH) {
    const character = String.fromCodePoint(text.codePointAt(start)!);
    const end = start + character.length;
    const term = simplify(character.normalize('NFKC'));
    const numeral = numeralAt(text, start);
    if (before) tokens.push({ term: before.term + term, start: before.start, end });
    if (numeral) tokens.push({ term: numeral.term, start, end: numeral.end });
    tokens.push({ term, start, end });
    before = { term, start };
    start = end;
  }
  return start;
}
