import { topScores } from '../kernels/topk.ts';

export type RowRange = readonly [start: number, end: number];

/** Weight of words against meaning. */
const WORDS = 0.3;
/** The same among passages no longer than the question. */
const WORDS_AMONG_SHORT = 0.1;

/**
 * How much room the passages have for the question's words, 0–1: 1 where they are twice as long as it in the mean, or longer.
 * Such a passage holds some of the words if it answers. One no longer than the question, 0, says the same in words of its
 * own, as questions of one meaning do, and what words the two share are mostly those of any question.
 *
 * Shapes   both lengths in terms, as `analyse` counts them; between as long and twice as long it rises evenly.
 */
export const roomForWords = (passages: number, question: number): number =>
  Math.min(1, Math.max(0, passages / Math.max(1, question) - 1));

/** What words weigh against meaning, by `roomForWords`. */
export const weightOfWords = (room: number): number => WORDS_AMONG_SHORT + (WORDS - WORDS_AMONG_SHORT) * room;

/** So much of the words' weight is the learned-sparse score's, where the query has one. */
const LEARNED_SHARE = 0.3;

/**
 * One score from the retrievers: the weighted sum of their standard scores.
 *
 * Standard scores are taken over the whole corpus, not over the best few: a hit that stands far above everything else
 * keeps its distance, which min–max over a result list throws away. Meaning is standardised lane by lane, so that
 * models with other means and spreads can be mixed; a row that the query has no vector for counts as average.
 *
 * @param skip     rows that do not count (dead, filtered out); their result means nothing.
 * @param learned  standard scores of the learned-sparse retriever, where the query has a sparse vector.
 * @param weight   of words against meaning, 0–1; `WORDS` unless told.
 */
export function fuse(
  words: Float32Array,
  meaning: Float32Array,
  skip: Uint8Array,
  learned?: Float32Array,
  weight = WORDS,
): Float32Array<ArrayBuffer> {
  const fused = standardWords(words, skip, learned);
  for (let row = 0; row < fused.length; row++) fused[row] = fuseOne(fused[row]!, meaning[row]!, weight);
  return fused;
}

/** The words' part of it: standard scores, a share of them the learned-sparse retriever's. */
export function standardWords(
  words: Float32Array,
  skip: Uint8Array,
  learned?: Float32Array,
): Float32Array<ArrayBuffer> {
  const standard = new Float32Array(words.length);
  standardise(words, [[0, words.length]], skip, standard);
  if (learned) {
    for (let row = 0; row < standard.length; row++) {
      standard[row] = (1 - LEARNED_SHARE) * standard[row]! + LEARNED_SHARE * learned[row]!;
    }
  }
  return standard;
}

/** … and a row's two parts as one. */
export const fuseOne = (words: number, meaning: number, weight = WORDS) => (1 - weight) * meaning + weight * words;

/** Cormack, Clarke & Büttcher's constant: how little the first places stand out. */
const RANK_OFFSET = 60;
/** Places of a list that count: the next would add less than a thousandth. */
const RANKED = 1000;

/**
 * Reciprocal rank fusion, the alternative that needs no scale: Σ over retrievers of 1 / (60 + place). It hides how good
 * the best hit is, so nothing else is built on its scores.
 *
 * @param lists scores by row of each retriever; 0, NaN and what `skip` names have no place.
 * Source   Cormack, Clarke & Büttcher, SIGIR 2009.
 * Cost     one pass over each list for its first thousand.
 */
export function fuseRanks(lists: readonly Float32Array[], skip: Uint8Array): Float32Array<ArrayBuffer> {
  const fused = new Float32Array(skip.length);
  for (const list of lists) {
    const placed = list.map((score, row) => (skip[row] === 1 || score === 0 ? Number.NEGATIVE_INFINITY : score));
    for (const [place, { row }] of topScores(placed, RANKED).entries()) fused[row]! += 1 / (RANK_OFFSET + place + 1);
  }
  return fused;
}

/** A fused score as a line of its meaning: `weight` × the standard score of the cosine + `others`, row by row. */
export interface Apart {
  readonly weight: number;
  readonly others: Float32Array<ArrayBuffer>;
}

/**
 * `fuse` taken apart, for a trainer of query vectors: it moves the cosines, and all else stays as it is. Found by asking
 * `fuse` itself, which is linear in meaning, so that there is one fusion and not two. `weight` is that of words.
 */
export function takeApart(
  words: Float32Array,
  skip: Uint8Array,
  learned: Float32Array | undefined,
  weight: number,
): Apart {
  const meaning = new Float32Array(words.length);
  const others = fuse(words, meaning, skip, learned, weight);
  return { weight: 1 - weight, others };
}

/** Standard scores, each lane by itself. */
export function standardiseLanes(
  scores: Float32Array,
  lanes: ReadonlyMap<unknown, readonly RowRange[]>,
  skip: Uint8Array,
): Float32Array {
  const standard = new Float32Array(scores.length);
  for (const ranges of lanes.values()) standardise(scores, ranges, skip, standard);
  return standard;
}

/**
 * Writes (score − mean) / standard deviation over all rows of the ranges into `standard`; leaves it where all are equal,
 * and for a lane of NaN, and then says that the deviation is 0.
 */
export function standardise(
  scores: Float32Array,
  ranges: readonly RowRange[],
  skip: Uint8Array,
  standard: Float32Array,
): { mean: number; deviation: number } {
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const [start, end] of ranges) {
    for (let row = start; row < end; row++) {
      if (skip[row] === 1) continue;
      n++;
      sum += scores[row]!;
      squares += scores[row]! ** 2;
    }
  }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
  if (!(deviation > 1e-9)) return { mean, deviation: 0 };
  for (const [start, end] of ranges) {
    for (let row = start; row < end; row++) standard[row] = (scores[row]! - mean) / deviation;
  }
  return { mean, deviation };
}
