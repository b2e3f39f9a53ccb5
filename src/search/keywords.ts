import type { Asked, Lexicon } from './lexicon.ts';
import { type Group, groupsOf } from './words.ts';

export interface WeightedGroup extends Omit<Group, 'share'> {
  /** idf: how much the word tells. */
  readonly weight: number;
}

/** What the words of a query say about every row. */
export interface WordScores extends Omit<Asked, 'weights'> {
  readonly groups: readonly WeightedGroup[];
}

/**
 * The arrays, and `best`, hold until the next question to the lexicon. Cost: the postings of the query's words.
 *
 * @param skip as `Lexicon.ask` has it.
 */
export function scoreWords(query: string, lexicon: Lexicon, typing = false, skip?: Uint8Array): WordScores {
  const groups = groupsOf(query, lexicon, typing);
  const { weights, scores, total, whole, coverage, best } = lexicon.ask(groups, skip);
  const weighted: WeightedGroup[] = [];
  for (let i = 0; i < groups.length; i++) {
    const { text, alternatives, telling } = groups[i]!;
    weighted.push({ text, alternatives, telling, weight: weights[i]! });
  }
  return { groups: weighted, scores, total, whole, coverage, best };
}
