import type { Lexicon } from './lexicon.ts';
import { type Group, groupsOf } from './words.ts';

export interface WeightedGroup extends Group {
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

/** @param rows rows of the index, dead ones included. Cost: the postings of the query's words. */
export function scoreWords(query: string, lexicon: Lexicon, rows: number, typing = false): WordScores {
  const scores = new Float32Array(rows);
  const held = new Float32Array(rows);
  const heldTelling = new Float32Array(rows);
  const groups = groupsOf(query, lexicon, typing).map((group) => {
    const touched = lexicon.score(group.alternatives, scores);
    const weight = lexicon.idf(touched.length);
    for (const row of touched) {
      held[row]! += weight;
      if (group.telling) heldTelling[row]! += weight;
    }
    return { ...group, weight };
  });
  const sum = (some: readonly WeightedGroup[]) => some.reduce((all, { weight }) => all + weight, 0);
  return {
    groups,
    scores,
    held,
    heldTelling,
    total: sum(groups),
    totalTelling: sum(groups.filter(({ telling }) => telling)),
  };
}

/** Largest value of a live row over `total`; 0 where there is nothing to hold. */
export function bestShare(values: Float32Array, total: number, skip: Uint8Array): number {
  if (total <= 0) return 0;
  let best = 0;
  for (let row = 0; row < values.length; row++) if (skip[row] === 0 && values[row]! > best) best = values[row]!;
  return best / total;
}
