import type { GlossaryEntry, WeightedTerm } from '../core/expansion.ts';
import { hasHan } from './characters.ts';
import { plain } from './text.ts';

/** A word that stands for the one that was said counts a little less than it. */
const WEIGHT = 0.8;

/** What the words of a query stand for, by a glossary; nothing that the query says itself. Cost: one look at each entry. */
export function expandBy(entries: Iterable<GlossaryEntry>, query: string): WeightedTerm[] {
  const said = plain(query);
  const terms = new Set<string>();
  for (const { term, means } of entries) if (holds(said, plain(term))) for (const word of means) terms.add(word);
  return [...terms].filter((word) => !holds(said, plain(word))).map((text) => ({ text, weight: WEIGHT }));
}

/** Whether a text holds a term as whole words; Han characters have no borders. */
function holds(text: string, term: string): boolean {
  for (let at = text.indexOf(term); term !== '' && at >= 0; at = text.indexOf(term, at + 1)) {
    if (isBorder(text[at - 1], term[0]) && isBorder(term.at(-1), text[at + term.length])) return true;
  }
  return false;
}

const WORD = /[\p{L}\p{N}]/u;
const isBorder = (left = ' ', right = ' ') => !(WORD.test(left) && WORD.test(right)) || hasHan(left) || hasHan(right);
