import { analyse } from './analyse.ts';
import { hasHan } from './characters.ts';
import { fold } from './fold.ts';
import { isFunctionWord } from './function-words.ts';
import type { AskedWord } from './lexicon.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Passages that are taken for answers … */
export const FEEDBACK_PASSAGES = 5;
/** … words of theirs that are asked for too … */
const TERMS = 10;
/** … and what the likeliest of these counts beside a word of the query. */
const WEIGHT = 0.3;
/** What more of the rows hold is no subject. */
const COMMON = 0.1;

/**
 * Words that the first passages say and the query does not: pseudo-relevance feedback.
 *
 *   P(w | R) = Σ over passages of count(w) / length, each passage counting alike
 *
 * The likeliest ten, each weighing as much as it is likelier, times how rare it is by BM25's own idf. Han terms are
 * pairs of characters, since single ones mean little.
 *
 * Source   the relevance model RM3 of Lavrenko & Croft 2001 and Abdul-Jaleel et al. 2004, with uniform P(d | q).
 * Cost     one analysis of each passage.
 */
export function feedbackWords(
  query: string,
  passages: readonly string[],
  vocabulary: Pick<Vocabulary, 'find' | 'frequency'>,
  rows: number,
): AskedWord[] {
  const asked = new Set(analyse(query).map(({ term }) => term));
  const likelihood = new Map<string, number>();
  for (const passage of passages) {
    const tokens = analyse(passage);
    for (const { term, start, end } of tokens) {
      const said = fold(passage.slice(start, end));
      if (asked.has(term) || isFunctionWord(said) || (hasHan(said) && [...said].length < 2)) continue;
      likelihood.set(term, (likelihood.get(term) ?? 0) + 1 / tokens.length);
    }
  }
  const likeliest = [...likelihood]
    .filter(([term]) => vocabulary.frequency(vocabulary.find(term)) <= COMMON * rows)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, TERMS);
  const most = likeliest[0]?.[1] ?? 1;
  return likeliest.map(([term, value]) => ({
    alternatives: [{ term, weight: (WEIGHT * value) / most }],
    telling: false,
  }));
}
