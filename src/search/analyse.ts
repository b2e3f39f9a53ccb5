import type { Range } from '../core/types.ts';
import { fold } from './fold.ts';
import { stem } from './stem.ts';

/** Goes up whenever the same text would give other tokens; part of every stored index. */
export const ANALYSER_VERSION = 1;

/** A word as the index knows it, and where it stands in the text. */
export interface Token extends Range {
  /** Folded and stemmed: two spellings of one word have one term. */
  readonly term: string;
}

/**
 * Text to terms, the same for documents and queries.
 *
 *   English, digits   case, width and diacritics folded (NFKC, marks dropped), Porter2 stem
 *   compounds         `v-model`, `defineProps`, `node.js`: the whole without its joints (`vmodel`) and each part;
 *                     so `define-props` finds `defineProps`
 *   C++, C#, F#       keep their signs
 *   Han, kana         single characters and, within one run, bigrams: any verbatim substring can match
 *
 * In order of start; tokens overlap (a compound and its parts, a bigram and its characters). Offsets are those of the
 * text as given: folding happens inside a token. Cost: linear in the text.
 */
export function analyse(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    if (IDEOGRAPH.test(run)) ideographs(run, index, tokens);
    else compound(run, index, tokens);
  }
  return tokens;
}

const CJK = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
/** `[A--B]` by hand, so that no `v` flag is needed: a letter, digit or mark that is no ideograph. */
const LETTER = `(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}_])`;
const RUNS = new RegExp(`[${CJK}]+|${LETTER}+(?:[-.'’:]${LETTER}+)*(?:\\+\\+|#(?!\\p{L}))?`, 'gu');
const IDEOGRAPH = new RegExp(`^[${CJK}]`, 'u');
/** Where a compound comes apart: at a joint, before a capital after a small letter, before the last capital of several. */
const PARTS = /[^-.:_]+?(?=[-.:_]|$|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}))/gu;
const POSSESSIVE = /['’]s?$|['’](?=\p{L})/giu;

function compound(run: string, at: number, tokens: Token[]): void {
  const parts = [...run.matchAll(PARTS)];
  if (parts.length > 1) tokens.push({ term: stem(whole(run)), start: at, end: at + run.length });
  for (const { 0: part, index } of parts) {
    const word = fold(part.replace(POSSESSIVE, ''));
    if (word !== '') tokens.push({ term: stem(word), start: at + index, end: at + index + part.length });
  }
}

/** The joints go, but not between digits: 3.5 is not 35. */
const whole = (run: string) => fold(run.replace(POSSESSIVE, '')).replace(/(?<!\p{N})[-.:_]+|[-.:_]+(?!\p{N})/gu, '');

function ideographs(run: string, at: number, tokens: Token[]): void {
  let before: { term: string; start: number } | undefined;
  let start = at;
  for (const character of run) {
    const end = start + character.length;
    const term = character.normalize('NFKC');
    if (before) tokens.push({ term: before.term + term, start: before.start, end });
    tokens.push({ term, start, end });
    before = { term, start };
    start = end;
  }
}
