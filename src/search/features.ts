import type { Query } from '../core/answer.ts';
import type { Chunk } from '../core/types.ts';
import { topScores } from '../kernels/topk.ts';
import type { Vectors } from './dense.ts';
import type { Lexicon } from './lexicon.ts';
import { phraseMargin, placesOf } from './phrases.ts';
import { aheadOf, lengthOf, type RefusalFeatures, standing } from './refuse.ts';
import { isKeywords } from './words.ts';

/** Hits whose neighbouring words are looked at to tell whether one of them answers. */
const READ_FOR_PHRASES = 10;

/** What a search says of every row, and of its words: of all of them the idf, and the share of the telling ones that one row holds. */
interface Ranking {
  readonly words: Float32Array;
  readonly total: number;
  readonly telling: number;
  readonly cosine: Float32Array;
  readonly meaning: Float32Array;
  readonly score: Float32Array;
  readonly skip: Uint8Array;
}

/** What tells whether any hit of a search answers. Cost: two passes over the scores, and one analysis of ten passages. */
export function featuresOf(
  query: Query,
  { words, total, telling, cosine, meaning, score, skip }: Ranking,
  {
    chunks,
    lexicon,
    vectors,
  }: Readonly<{ chunks: readonly Chunk[]; lexicon: Lexicon; vectors: Pick<Vectors, 'likeness'> }>,
): RefusalFeatures {
  const hits = topScores(score, READ_FOR_PHRASES);
  const first = hits.map(({ row }) => row as number);
  const idf = (term: string) => lexicon.idf(lexicon.frequency(lexicon.find(term)));
  const read = placesOf(first.map((row) => chunks[row]!));
  const stands = standing(cosine, query.language, skip, meaning, first[0]);
  return {
    words: first[0] === undefined || total <= 0 ? 0 : words[first[0]]! / total,
    coverage: telling,
    phrase: phraseMargin(query.text, read, idf),
    length: lengthOf(query),
    keywords: isKeywords(query.text),
    ...stands,
    ...(stands.meaning !== undefined && { ahead: aheadOf(hits, vectors.likeness) }),
  };
}
