import { authorsTrust, follow, type Lead } from '../search/lead.ts';
import type { LaneMap } from './map.ts';
import type { Meaning, WordScores } from './rank.ts';
import type { Said } from './say.ts';

/** What is known of the rows when their questions have been heard too. */
export interface Led {
  readonly words: WordScores;
  readonly meaning: Meaning | undefined;
}

/**
 * Raises passages towards the known questions that lead to them, in words and in meaning, as `src/search` does
 * (`lead.ts`). A question lies in a cell of its own meaning: it may lead to a passage whose cell was not looked at, which
 * then counts from its cell's centre.
 */
export function leadOn(map: LaneMap, { words, asked, same }: Said, meaning?: Meaning): Led {
  if (map.questions === 0) return { words, meaning };
  const trust = authorsTrust(new Set(map.leads).size, map.rows);
  const leads = map.leads.map(
    (row, i): Lead => ({
      ...trust,
      row,
      question: '',
      words: asked[i]!,
      cosine: meaning?.asked[i] ?? Number.NaN,
      same: same.has(row),
    }),
  );
  const scores = words.scores.slice();
  const cosine = meaning?.cosine.slice() ?? new Float32Array(map.rows).fill(Number.NaN);
  const standard = meaning?.standard.slice();
  follow(leads, {
    words: scores,
    cosine: meaning?.estimate ?? cosine,
    lift(row, by) {
      if (standard && meaning && meaning.deviation > 0) standard[row]! += by / meaning.deviation;
      if (meaning && Number.isNaN(cosine[row]!)) cosine[row] = meaning.estimate[row]!;
    },
  });
  return { words: { ...words, scores }, meaning: meaning && { ...meaning, cosine, standard: standard! } };
}
