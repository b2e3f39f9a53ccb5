import { analyse } from './analyse.ts';
import { hasHan } from './characters.ts';
import type { WeightedGroup } from './keywords.ts';

/** How wide a place is in which words stand together: some eight English words, some eight Chinese ones. */
const LETTERS = 45;
const CHARACTERS = 15;

/**
 * The largest share of a query's words that stand together in one place of a text, 0–1, each word counting by its idf: what
 * the number of words that a passage holds does not say. Of Chinese the pairs count; a single character stands anywhere.
 *
 * @param groups the query's words, as `scoreWords` has them.
 * @returns a function of a text. Cost: one analysis of it.
 * Source   proximity as in Tao & Zhai, "An exploration of proximity measures in information retrieval", SIGIR 2007, by a
 *          window of fixed width.
 */
export function togetherIn(
  groups: readonly Pick<WeightedGroup, 'text' | 'alternatives' | 'weight'>[],
): (text: string) => number {
  const weights = groups.map(({ text, weight }) => (hasHan(text) && [...text].length === 1 ? 0 : weight));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const groupOf = new Map<string, number>();
  for (const [i, { alternatives }] of groups.entries()) {
    for (const { term } of alternatives) if (weights[i]! > 0 && !groupOf.has(term)) groupOf.set(term, i);
  }
  const wide = groups.some(({ text }) => hasHan(text)) ? CHARACTERS : LETTERS;
  return (text) => {
    if (total === 0) return 0;
    const met = analyse(text).flatMap(({ term, start }) => {
      const group = groupOf.get(term);
      return group === undefined ? [] : [{ group, start }];
    });
    const counts = new Uint16Array(groups.length);
    let [from, held, most] = [0, 0, 0];
    for (const { group, start } of met) {
      if (counts[group]!++ === 0) held += weights[group]!;
      for (let first = met[from]!; first.start <= start - wide; first = met[++from]!) {
        if (--counts[first.group]! === 0) held -= weights[first.group]!;
      }
      if (held > most) most = held;
    }
    return most / total;
  };
}
