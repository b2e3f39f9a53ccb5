import type { Chunk, Language } from '../core/types.ts';
import type { ScoredRow } from '../kernels/topk.ts';
import { idf } from '../search/bm25.ts';
import { phraseMargin } from '../search/phrases.ts';
import { aheadOf, lengthOf, type RefusalFeatures, standing } from '../search/refuse.ts';
import { searchableText } from '../search/text.ts';
import { holds } from '../search/verbatim.ts';
import { isKeywords } from '../search/words.ts';
import type { Meaning, WordScores } from './rank.ts';

/** Passages that are read to judge a query: as many as the widget asks for first. */
export const JUDGED = 5;

/** A search as refusal sees it. */
interface Found {
  readonly scores: WordScores;
  /** Largest share of the telling words that one row holds, 0–1. */
  readonly telling: number;
  /** A passage is known to answer this very question. */
  readonly same: boolean;
  readonly meaning: Meaning | undefined;
  /** The best rows. */
  readonly best: readonly ScoredRow[];
  /** Cosine of two rows, where it is known; undefined where vectors are but the head of what they are. */
  readonly likeness: ((a: number, b: number) => number | undefined) | undefined;
  /** Passages of the first hits. */
  readonly texts: readonly Chunk[];
  readonly language: Language;
}

/** What `src/search` judges a query by, as far as a static index can tell: of phrases it reads the passages that are shown. */
export function judgeHits(query: string, { scores, telling, same, meaning, best, likeness, texts, language }: Found) {
  const rows = scores.scores.length;
  const top = best[0]?.row;
  const none = new Uint8Array(rows);
  const idfs = new Map(
    scores.groups.flatMap(({ alternatives, weight }) => alternatives.map(({ term }) => [term, weight])),
  );
  const read = texts.slice(0, JUDGED).map(searchableText);
  const features: RefusalFeatures = {
    words: top === undefined || scores.total <= 0 ? 0 : scores.scores[top]! / scores.total,
    coverage: telling,
    phrase: phraseMargin(query, read, (term) => idfs.get(term) ?? idf(rows, 0)),
    length: lengthOf({ text: query, language }),
    keywords: isKeywords(query),
    ...(meaning && standing(meaning.estimate, language, none, meaning.standard, top)),
    ...(meaning && likeness && { ahead: aheadOf(best, likeness) }),
  };
  const certain = same || (scores.groups.length > 1 && read.some((text) => holds(text, query)));
  return { features, certain };
}
