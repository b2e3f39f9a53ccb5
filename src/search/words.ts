import { analyse, type Token } from './analyse.ts';
import { hasHan, IDEOGRAPH, kindAt } from './characters.ts';
import { fold } from './fold.ts';
import { isFunctionWord } from './function-words.ts';
import type { Word } from './known-words.ts';
import type { Alternative } from './lexicon.ts';
import { simplify } from './simplify.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One word of the query and all that may stand for it. */
export interface Group {
  /** As it stands in the query. */
  readonly text: string;
  readonly alternatives: readonly Alternative[];
  /** Says what the query is about; the others are searched for, but not shown and no sign of an answer. */
  readonly telling: boolean;
  /** So much of its idf counts. */
  readonly share: number;
}

/**
 * A Han character beside another stands in a pair as well, which says more of what is meant: by itself it counts half.
 * Measured on five Chinese collections, where .7 and .35 do about as well; see docs/quality.md.
 */
const CHARACTER_SHARE = 0.5;

/**
 * The query, word by word. Repeated words count once.
 *
 * A word that the index does not hold may stand for the nearest that it does (one typo, two in a long word): so a guess
 * never competes with an exact match.
 *
 * @param typing the last word may be unfinished: words that begin with it are alternatives.
 */
export function groupsOf(query: string, vocabulary: Vocabulary, typing = false): Group[] {
  const tellsMuch = tellingIn(query);
  const groups: Group[] = [];
  const met = new Set<string>();
  const tokens = analyse(query);
  vocabulary.lookAhead(tokens);
  for (const token of tokens) {
    const { term, start, end } = token;
    if (met.has(term)) continue;
    met.add(term);
    const text = query.slice(start, end);
    const telling = tellsMuch(token, text);
    const id = vocabulary.find(term);
    const others = typing && end === query.length ? completions(text, vocabulary) : NONE;
    const known = others.length > 0 || vocabulary.frequency(id) > 0;
    const alternatives: Alternative[] = [{ term, weight: 1, id }];
    for (const other of known ? others : corrections(text, vocabulary)) {
      if (other !== id) alternatives.push(new Guess(vocabulary, other));
    }
    const share = token.word === undefined && isInPair(query, token) ? CHARACTER_SHARE : 1;
    groups.push({ text, alternatives, telling, share });
  }
  return groups;
}

const NONE: readonly number[] = [];

/** So many whole words an unfinished or misspelt one may stand for: the most frequent of the index. */
export const GUESSES = 50;
/** A word that was typed beats one that was guessed. */
export const GUESS_WEIGHT = 0.8;

/** A term that a word may stand for. Which one it is by name is seldom asked. */
class Guess implements Alternative {
  readonly id: number;
  readonly vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary, id: number) {
    this.id = id;
    this.vocabulary = vocabulary;
  }

  get term(): string {
    return this.vocabulary.termAt(this.id);
  }

  get weight(): number {
    return GUESS_WEIGHT;
  }
}

function completions(text: string, vocabulary: Vocabulary): readonly number[] {
  const word = fold(text);
  return vocabulary.completions(isPlain(word) ? word : word.replace(/[-.:_'’]/gu, ''), GUESSES);
}

/** Whether a word is of the letters a–z alone, as most are. */
function isPlain(word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    if (unit < 97 || unit > 122) return false;
  }
  return word !== '';
}

/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From this length on, two typos are one. */
const LONG = 8;

/** How many typos a word (folded) may have for another one to be meant; 0: it is taken as it stands, as function words are. */
export function typosIn(word: string): 0 | 1 | 2 {
  if (word.length < SHORTEST || !isPlain(word) || isFunctionWord(word)) return 0;
  return word.length < LONG ? 1 : 2;
}

function corrections(text: string, vocabulary: Vocabulary): readonly number[] {
  const word = fold(text);
  const most = typosIn(word);
  for (let limit = 1; limit <= most; limit++) {
    const found = vocabulary.neighbours(word, limit, GUESSES);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Whether a token says what the query is about: no function word, and of Chinese only what lies within one word of the
 * sentence, since a bigram across two (`素的` in `元素的渲染`) says nothing and a single character of a longer word little.
 *
 * A word that the segmenter does not know, as most names are, falls into single characters (`昂塞尔德`): bigrams of such
 * neighbours tell as well.
 */
function tellingIn(query: string): (token: Token, text: string) => boolean {
  if (!hasHan(query)) return ({ word }, text) => !isFunction(text, word);
  const words = [...segmenter.segment(query)]
    .filter(({ segment }) => !isFunctionWord(simplify(segment)))
    .map(({ segment, index }) => ({ start: index, end: index + segment.length, size: [...segment].length }));
  const lone = new Set(words.flatMap(({ start, size }) => (size === 1 ? [start] : [])));
  return ({ start, end, word }, text) => {
    if (!hasHan(text)) return !isFunction(text, word);
    const [first = '', second] = text;
    if (second === undefined) return lone.has(start);
    const within = words.some((word) => word.start <= start && end <= word.end);
    return within || (lone.has(start) && lone.has(start + first.length));
  };
}

/** A text that is as long as its word is that word, but for its case; else it has joints or apostrophes. */
const isFunction = (text: string, word: Word | undefined) =>
  word?.text.length === text.length ? word.isFunction : isFunctionWord(fold(text));

/** More words than these are a sentence, or want to be one. */
const MOST_KEYWORDS = 3;

/** Whether a query is a few keywords and no question: no function word among them. */
export function isKeywords(query: string): boolean {
  let count = 0;
  let joins = -1;
  for (const { segment, index, isWordLike } of segmenter.segment(query)) {
    if (!isWordLike) continue;
    if (isFunctionWord(simplify(fold(segment)))) return false;
    // Single characters side by side are one word, as in `tellingIn`.
    const isLone = isOneHan(segment);
    if (!(isLone && joins === index) && ++count > MOST_KEYWORDS) return false;
    joins = isLone ? index + segment.length : -1;
  }
  return count > 0;
}

/** One character that the analyser also made a pair of with a neighbour. */
function isInPair(query: string, { start, end }: Token): boolean {
  const pairs = (at: number) => at >= 0 && at < query.length && kindAt(query, at) === IDEOGRAPH;
  return [...query.slice(start, end)].length === 1 && pairs(start) && (pairs(start - 1) || pairs(end));
}

const isOneHan = (text: string) => hasHan(text) && [...text].length === 1;
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
