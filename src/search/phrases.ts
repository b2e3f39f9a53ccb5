import type { Chunk } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { fold } from './fold.ts';
import { isFunctionWord } from './function-words.ts';
import { searchableText } from './text.ts';

/** Two neighbours of a text: two words, or two Han characters. */
interface Phrase {
  /** Equal for equal neighbours, whatever their endings. */
  readonly key: string;
  /** Terms whose rarity says how much it tells: the bigram, or both words. */
  readonly terms: readonly string[];
}

/** Neighbours in a text, in order; two function words in a row are none. Cost: one analysis. */
function phrasesIn(text: string): Phrase[] {
  const phrases: Phrase[] = [];
  let last: { readonly term: string; readonly said: string } | undefined;
  let end = 0;
  for (const token of analyse(text)) {
    const said = fold(text.slice(token.start, token.end));
    if (HAN.test(said)) {
      last = undefined;
      const pair = [...said].length === 2 && ![...said].every(isFunctionWord);
      if (pair) phrases.push({ key: token.term, terms: [token.term] });
    } else if (token.start >= end) {
      const tells = last && !(isFunctionWord(last.said) && isFunctionWord(said));
      if (last && tells) phrases.push({ key: `${last.term} ${token.term}`, terms: [last.term, token.term] });
      last = { term: token.term, said };
      // A compound comes before its parts, and stands for them.
      end = token.end;
    }
  }
  return phrases;
}

/**
 * The texts of the places that some passages stand in: one that follows another in its document stands in the same, where
 * what is said of a name goes on.
 */
export function placesOf(passages: readonly Chunk[]): string[] {
  const inOrder = passages.toSorted((a, b) =>
    a.document < b.document ? -1 : a.document > b.document ? 1 : a.ordinal - b.ordinal,
  );
  const places: string[] = [];
  for (const [i, chunk] of inOrder.entries()) {
    const before = inOrder[i - 1];
    const goesOn = before?.document === chunk.document && before.ordinal + 1 === chunk.ordinal;
    if (goesOn) places.push(`${places.pop()}\n${searchableText(chunk)}`);
    else places.push(searchableText(chunk));
  }
  return places;
}

/**
 * How much more of the query's neighbouring words the best of a few passages holds, as neighbours, than the second
 * best: ln(1 + difference of idf). A question that a collection answers has most of its names in one place; one that it
 * does not answer meets them in pieces, here and there.
 *
 * @param idf of a term. A pair of words tells at least what the rarer of them tells.
 * Cost: one analysis of each passage.
 */
export function phraseMargin(query: string, passages: readonly string[], idf: (term: string) => number): number {
  const asked = new Map(phrasesIn(query).map(({ key, terms }) => [key, Math.max(...terms.map(idf))]));
  let [best, second] = [0, 0];
  for (const passage of asked.size === 0 ? [] : passages) {
    let held = 0;
    for (const key of new Set(phrasesIn(passage).map(({ key }) => key))) held += asked.get(key) ?? 0;
    if (held > best) [best, second] = [held, best];
    else if (held > second) second = held;
  }
  return Math.log1p(best - second);
}

const HAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+$/u;
