import type { Asked, Lexicon } from './lexicon.ts';
import { type Group, groupsOf } from './words.ts';

export interface WeightedGroup extends Omit<Group, 'share'> {
  /** idf: how much the word tells. */
  readonly weight: number;
}

/** What the words of a query say about every row. */
export interface WordScores {
  readonly groups: readonly WeightedGroup[];
  /** BM25. */
  readonly scores: Float32Array;
  /** idf of the query's words that the row holds, and of all of them. */
  readonly held: Float32Array;
  readonly total: number;
  /** The same for telling words alone. */
  readonly heldTelling: Float32Array;
  readonly totalTelling: number;
}

/** The arrays, and `best`, hold until the next question to the lexicon. Cost: the postings of the query's words. */
export function scoreWords(query: string, lexicon: Lexicon, typing = false): WordScores & Pick<Asked, 'best'> {
  const groups = groupsOf(query, lexicon, typing);
  const { weights, scores, held, heldTelling, best } = lexicon.ask(groups);
  const weighted: WeightedGroup[] = [];
  let [total, totalTelling] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    const { text, alternatives, telling } = groups[i]!;
    const weight = weights[i]!;
    weighted.push({ text, alternatives, telling, weight });
    total += weight;
    if (telling) totalTelling += weight;
  }
  return { groups: weighted, scores, held, heldTelling, total, totalTelling, best };
}

/** Largest value of a row that counts over `total`; 0 where there is nothing to hold. */
export function bestShare(values: Float32Array, total: number, skip: Uint8Array): number {
  if (total <= 0) return 0;
  let best = 0;
  for (let row = 0; row < values.length; row++) if (skip[row] === 0 && values[row]! > best) best = values[row]!;
  return best / total;
}
