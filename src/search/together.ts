import type { Chunk } from '../core/types.ts';
import { analyse } from './analyse.ts';
import { hasHan } from './characters.ts';
import type { WeightedGroup } from './keywords.ts';
import { searchableText } from './text.ts';

/** How wide a place is in which words stand together: some eight English words, some eight Chinese ones. */
const LETTERS = 45;
const CHARACTERS = 15;

type Words = readonly Pick<WeightedGroup, 'text' | 'alternatives' | 'weight'>[];

/**
 * The largest share of a query's words that stand together in one place of a passage, 0–1, each word counting by its idf:
 * what the number of words that it holds does not say. Of Chinese the pairs count; a single character stands anywhere.
 *
 * @param words of the query, as `scoreWords` has them.
 * @param room  for them, `roomForWords`: the share counts so much. Where a passage is one place, it says nothing new.
 * @returns a function of a passage. Cost: one analysis of its text.
 * Source   proximity as in Tao & Zhai, "An exploration of proximity measures in information retrieval", SIGIR 2007, by a
 *          window of fixed width.
 */
export function togetherIn(words: Words, room = 1): (passage: Chunk) => number {
  let asked: ReturnType<typeof askedIn> | undefined;
  return (passage) => {
    asked ??= askedIn(words);
    return asked.total === 0 || room === 0 ? 0 : (room * mostTogether(searchableText(passage), asked)) / asked.total;
  };
}

function askedIn(words: Words) {
  const weights = words.map(({ text, weight }) => (hasHan(text) && [...text].length === 1 ? 0 : weight));
  const wordOf = new Map<string, number>();
  for (const [i, { alternatives }] of words.entries()) {
    for (const { term } of alternatives) if (weights[i]! > 0 && !wordOf.has(term)) wordOf.set(term, i);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { weights, wordOf, total, width: words.some(({ text }) => hasHan(text)) ? CHARACTERS : LETTERS };
}

function mostTogether(text: string, { weights, wordOf, width }: ReturnType<typeof askedIn>): number {
  const met = analyse(text).flatMap(({ term, start }) => {
    const word = wordOf.get(term);
    return word === undefined ? [] : [{ word, start }];
  });
  const counts = new Uint16Array(weights.length);
  let [from, held, most] = [0, 0, 0];
  for (const { word, start } of met) {
    if (counts[word]!++ === 0) held += weights[word]!;
    for (let first = met[from]!; first.start <= start - width; first = met[++from]!) {
      if (--counts[first.word]! === 0) held -= weights[first.word]!;
    }
    if (held > most) most = held;
  }
  return most;
}
