import { passageText } from '../../core/passage.ts';
import type { Chunk } from '../../core/types.ts';
import { analyse } from '../../search/analyse.ts';
import { createLexicon } from '../../search/lexicon.ts';
import { searchableText } from '../../search/text.ts';
import { groupsOf } from '../../search/words.ts';

/** A text that can be found: a document of a collection or a passage of a file. */
export interface Unit {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A unit as the encoder sees it. */
export const encoded = ({ title, text }: Unit) => passageText({ title, headings: [], text });

/** BM25 scores of every unit for every question, questions × units, by the search stage's own lexicon. */
export function wordScores(units: readonly Unit[], questions: readonly string[]): Float32Array<ArrayBuffer> {
  const lexicon = createLexicon();
  lexicon.add(
    units.map(({ title, text }) =>
      analyse(searchableText({ title, headings: [], text } as unknown as Chunk)).map(({ term }) => term),
    ),
  );
  const scores = new Float32Array(questions.length * units.length);
  for (const [i, question] of questions.entries()) {
    const row = scores.subarray(i * units.length, (i + 1) * units.length);
    for (const { alternatives } of groupsOf(question, lexicon)) lexicon.score(alternatives, row);
  }
  return scores;
}
