import { analyse, type Token } from './analyse.ts';
import { fold } from './fold.ts';
import type { Alternative, Lexicon } from './lexicon.ts';
import { wordsStartingWith } from './stem.ts';

/** One word of the query and all that may stand for it. */
export interface Group {
  /** As it stands in the query. */
  readonly text: string;
  readonly alternatives: readonly Alternative[];
  /** Worth showing: no function word, no single character of a longer Chinese run. */
  readonly telling: boolean;
}

/** An unfinished word may stand for so many whole ones at most: the most frequent of the index. */
const COMPLETIONS = 50;
/** A whole word beats a completion of it, but not a rarer word of the query. */
const COMPLETION_WEIGHT = 0.8;

/**
 * The query, word by word. Repeated words count once.
 *
 * @param typing the last word may be unfinished: words that begin with it are alternatives.
 */
export function groupsOf(query: string, lexicon: Lexicon, typing = false): Group[] {
  const tokens = analyse(query);
  const groups = new Map<string, Group>();
  for (const token of tokens) {
    const text = query.slice(token.start, token.end);
    const unfinished = typing && token.end === query.length;
    groups.set(token.term, {
      text,
      alternatives: [{ term: token.term, weight: 1 }, ...(unfinished ? completions(token, text, lexicon) : [])],
      telling: !FUNCTION_WORDS.has(fold(text)) && !(isIdeograph(text) && tokens.some((other) => covers(other, token))),
    });
  }
  return [...groups.values()];
}

function completions(token: Token, text: string, lexicon: Lexicon): Alternative[] {
  const terms = new Set(wordsStartingWith(fold(text)));
  terms.delete(token.term);
  return [...terms]
    .map((term) => ({ term, frequency: lexicon.frequency(term) }))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => b.frequency - a.frequency)
    .slice(0, COMPLETIONS)
    .map(({ term }) => ({ term, weight: COMPLETION_WEIGHT }));
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
