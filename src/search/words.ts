import { analyse, type Token } from './analyse.ts';
import { fold } from './fold.ts';
import type { Alternative, Lexicon } from './lexicon.ts';
import { wordsSeen } from './stem.ts';
import { edits } from './typo.ts';

/** One word of the query and all that may stand for it. */
export interface Group {
  /** As it stands in the query. */
  readonly text: string;
  readonly alternatives: readonly Alternative[];
  /** Worth showing: no function word, no single character of a longer Chinese run. */
  readonly telling: boolean;
}

/**
 * The query, word by word. Repeated words count once.
 *
 * A word that the index does not hold may stand for the nearest that it does (one typo, two in a long word): so a guess
 * never competes with an exact match.
 *
 * @param typing the last word may be unfinished: words that begin with it are alternatives.
 */
export function groupsOf(query: string, lexicon: Lexicon, typing = false): Group[] {
  const tokens = analyse(query);
  const groups = new Map<string, Group>();
  for (const token of tokens) {
    if (groups.has(token.term)) continue;
    const text = query.slice(token.start, token.end);
    const others = typing && token.end === query.length ? completions(text, lexicon) : [];
    const known = others.length > 0 || lexicon.frequency(token.term) > 0;
    groups.set(token.term, {
      text,
      alternatives: [
        { term: token.term, weight: 1 },
        ...(known ? others : corrections(text, lexicon)).filter(({ term }) => term !== token.term),
      ],
      telling: !FUNCTION_WORDS.has(fold(text)) && !(isIdeograph(text) && tokens.some((other) => covers(other, token))),
    });
  }
  return [...groups.values()];
}

/** So many whole words an unfinished or misspelt one may stand for: the most frequent of the index. */
const GUESSES = 50;
/** A word that was typed beats one that was guessed. */
const GUESS_WEIGHT = 0.8;

function completions(text: string, lexicon: Lexicon): Alternative[] {
  const prefix = fold(text);
  return guesses(lexicon, (word) => word.startsWith(prefix));
}

/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From this length on, two typos are one. */
const LONG = 8;

function corrections(text: string, lexicon: Lexicon): Alternative[] {
  const word = fold(text);
  if (word.length < SHORTEST || !/^[a-z]+$/.test(word)) return [];
  for (let limit = 1; limit <= (word.length < LONG ? 1 : 2); limit++) {
    const found = guesses(lexicon, (other) => edits(word, other, limit) <= limit);
    if (found.length > 0) return found;
  }
  return [];
}

/** Terms of the index that a word seen so far and `fits` stands for. */
function guesses(lexicon: Lexicon, fits: (word: string) => boolean): Alternative[] {
  const terms = new Set<string>();
  for (const [word, term] of wordsSeen()) if (fits(word)) terms.add(term);
  return [...terms]
    .map((term) => ({ term, frequency: lexicon.frequency(term) }))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => b.frequency - a.frequency)
    .slice(0, GUESSES)
    .map(({ term }) => ({ term, weight: GUESS_WEIGHT }));
}

const covers = (outer: Token, inner: Token) =>
  outer !== inner &&
  outer.start <= inner.start &&
  outer.end >= inner.end &&
  outer.end - outer.start > inner.end - inner.start;
const isIdeograph = (text: string) => /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(text);

/** English words that say how a sentence is built, not what it is about. They are searched for, but never highlighted. */
const FUNCTION_WORDS = new Set(
  (
    'a about after all also am an and any are as at be because been before being between both but by can cannot could did do does ' +
    'doing during each for from had has have having he her here hers him his how i if in into is it its me more most my no nor not ' +
    'of on once only or other our out over own same she should so some such than that the their them then there these they this ' +
    'those through to too under until up us very was we were what when where which while who whom whose why will with would you your'
  ).split(' '),
);
