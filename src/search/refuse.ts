import type { Query, Refusal } from '../core/answer.ts';
import type { Language } from '../core/types.ts';
import type { ScoredRow } from '../kernels/topk.ts';
import { analyse } from './analyse.ts';

/** What tells an answerable query from one that the collection has nothing on. */
export interface RefusalFeatures {
  /** BM25 score of the best hit over the query's total idf: how much of the query it says, and how densely. */
  readonly words: number;
  /** Largest share of the idf of the query's telling words that one row holds, 0–1. */
  readonly coverage: number;
  /** How much more of the query's neighbouring words the best of the first hits holds than the second best: `phraseMargin`. */
  readonly phrase?: number;
  /** How far the best cosine lies from the average one towards 1; absent where the query has no vector. */
  readonly meaning?: number;
  /**
   * How far the best cosine lies above the 128th best. Of two queries whose best stands out alike, that whose neighbours
   * stand out as well is about what the index is about. Absent like `meaning`.
   */
  readonly margin?: number;
  /** Standard deviations of all cosines that the first hit's lies above their mean. Absent like `meaning`. */
  readonly deviations?: number;
  /** How far the first hit is ahead of those behind it that say something else, 0–1: `aheadOf`. Absent like `meaning`. */
  readonly ahead?: number;
  /** Of the query, `lengthOf`: of a long question even its answer holds but a part. */
  readonly length?: number;
  /** The query is a few keywords (`isKeywords`), which mean less together than a question and are seldom all in one place. */
  readonly keywords?: boolean;
}

export const FEATURES = [
  'words',
  'coverage',
  'phrase',
  'meaning',
  'margin',
  'deviations',
  'ahead',
  'length',
] as const satisfies (keyof RefusalFeatures)[];

/** What a question reaches by chance in an index: the median of questions about other subjects. Length has no floor. */
export type Floor = RefusalFeatures;

/** The features, and coverage times meaning: where one of them convinces, the other adds less. */
export const EVIDENCE = [...FEATURES, 'together'] as const;

/** The features less their floors and the product, in the order of `EVIDENCE`; 0 for one that is absent. */
export function evidenceAbove(features: RefusalFeatures, floor: Floor): number[] {
  const above = (name: (typeof FEATURES)[number]) => (features[name] ?? 0) - (floor[name] ?? 0);
  return [...FEATURES.map(above), features.meaning === undefined ? 0 : above('coverage') * above('meaning')];
}

/** Weights of a logistic function of the evidence, and its bias. */
interface Fit extends Record<(typeof EVIDENCE)[number], number> {
  /** By language of the query: Chinese text has more and longer terms, so that chance reaches further in it. */
  readonly bias: Readonly<Record<Language, number>>;
}

/**
 * Source   fitted on ten collections, their answerable questions against out-of-corpus ones (where a collection brings
 *          none, the others' questions), each collection and kind weighing alike, by `npm run eval:refusal`, which also
 *          says how the fit does on each collection when it was left out. One fit for each set of features there can be;
 *          the biases of the first are .25 above and, of Chinese, .27 below the fit's, so that `normal` is at .25 and .36 of it.
 */
const FULL: Fit = {
  words: 7.21,
  coverage: 8.33,
  phrase: 0.38,
  meaning: 38.77,
  margin: -39.04,
  deviations: 0.13,
  ahead: 1.91,
  length: 2.21,
  together: -11.58,
  bias: { en: -9.66, zh: -12.72 },
};
const WORDS: Fit = {
  words: 22.0,
  coverage: 6.08,
  phrase: 0.39,
  meaning: 0,
  margin: 0,
  deviations: 0,
  ahead: 0,
  length: 3.02,
  together: 0,
  bias: { en: -9.87, zh: -12.45 },
};
/**
 * Of keywords: the two or three rarest telling words of the same questions, without phrase and length, which say nothing
 * of them. The bias is .44 below the fit's, so that `normal` is at .4 of it.
 */
const KEYWORDS: Fit = {
  words: 5.35,
  coverage: 4.05,
  phrase: 0,
  meaning: 13.02,
  margin: 0,
  deviations: 0,
  ahead: 0,
  length: 0,
  together: 0,
  bias: { en: -2.44, zh: -2.88 },
};
/**
 * Where meaning is a query table's, on a static site. Fitted in the same way on what the built indexes of six collections
 * reach (vue-docs-en and -zh, scifact, covid-faq, squad2-refusal, cmrc2018-refusal); see docs/static-index.md.
 */
export const INSTANT: Fit = {
  words: 8.57,
  coverage: 8.19,
  phrase: 0.69,
  meaning: 10.05,
  margin: 0,
  deviations: 0,
  ahead: 0,
  length: 2.94,
  together: 0,
  bias: { en: -9.67, zh: -13.02 },
};

/**
 * Probability that the best hit answers a query of this language; an exact hit is not refused but by the strict.
 *
 * @param fit for a full model's vectors, or for words alone where there are none, unless told.
 */
export function confidence(
  features: RefusalFeatures,
  floor: Floor,
  language: Language,
  fit: Fit = fitFor(features),
): number {
  const above = evidenceAbove(features, floor);
  const evidence = EVIDENCE.reduce((sum, name, i) => sum + fit[name] * above[i]!, fit.bias[language]);
  const sure = 1 / (1 + Math.exp(-evidence));
  return isHeldWhole(features, language) ? Math.max(sure, THRESHOLDS.normal) : sure;
}

const fitFor = ({ meaning, keywords }: RefusalFeatures): Fit =>
  meaning === undefined ? WORDS : keywords ? KEYWORDS : FULL;

/** A search whose confidence is below this is refused. An answer withheld is worse than one too many, so `normal` is below ½. */
export const THRESHOLDS: Readonly<Record<Refusal, number>> = { off: 0, lenient: 0.1, normal: 0.3, strict: 0.6 };

/** Confidence that a passage answers a query of several words which it holds verbatim. */
export const CERTAIN = 0.95;

/** Terms of a short question. A few words are no less of a query than that: what they lack in number is no reason to doubt. */
const SHORT: Record<Language, number> = { en: 8, zh: 16 };

/** A few words, every telling one of which one passage holds: an exact hit, whatever they mean together. */
const isHeldWhole = ({ coverage, length }: RefusalFeatures, language: Language): boolean =>
  length !== undefined && coverage > 0.9999 && length <= Math.log(SHORT[language]);

/** ln of the number of distinct terms. */
export function lengthOf({ text, language }: Pick<Query, 'text' | 'language'>): number {
  return Math.log(Math.max(SHORT[language], new Set(analyse(text).map(({ term }) => term)).size));
}

/** Mean cosine of a question and passages that have nothing to do with it, by language of the model. */
const UNRELATED: Record<Language, number> = { en: 0.45, zh: 0.33 };
/** So many passages weigh as much as that prior: the mean of a handful says little, since the answer is among them. */
const PRIOR_ROWS = 50;

/** Rank of the row that says how near an index comes to a query at large. */
const CROWD = 128;
/** Where that row lies between the mean and the best, on the average of ten collections: there it is taken to lie in an index of fewer rows. */
const CROWD_SHARE = 1 / 3;

/** Standard deviation of cosines with a question, by language of the model, on the average of ten collections: taken for that of an index of few rows. */
const SPREAD: Record<Language, number> = { en: 0.05, zh: 0.07 };

/** Hits that may come near the first. */
const RIVALS = 4;
/** So many points of score a hit falls behind for each of its cosine with the first. */
const ALIKE = 1.5;
/** Cosine of the first two hits, in the median of ten collections: taken where it is not known. */
const USUAL_LIKENESS = 0.75;

/**
 * How far the first hit is ahead of the next four, 0–1: tanh of half the least lead over one of them. One that says much
 * the same as the first is hardly a rival, since where a thing is told twice both tell it. A question that nothing here
 * answers finds several passages that each hold a part of it, and none stands out.
 *
 * @param hits best first, by fused scores (sums of standard scores). 1 where there is but one.
 * @param likeness cosine of two rows, where it is known.
 */
export function aheadOf(
  [first, ...others]: readonly ScoredRow[],
  likeness: (a: number, b: number) => number | undefined,
): number {
  const leads = others.slice(0, RIVALS).map(({ row, score }) => {
    const alike = likeness(first!.row, row) ?? USUAL_LIKENESS;
    return first!.score - score + ALIKE * alike;
  });
  return Math.tanh(Math.min(...leads) / 2);
}

/**
 * (best − mean) / (1 − mean) of the cosines of rows that count, best − 128th best, and how far the first hit stands out; nothing if there are none.
 *
 * @param standard scores of the cosines, 0 where there is none.
 * @param first the row of the first hit.
 * Cost: one compare a row; for each that is among the best so far, at most 128 moves.
 */
export function standing(
  cosine: Float32Array,
  language: Language,
  skip: Uint8Array,
  standard: Float32Array,
  first: number | undefined,
): Pick<RefusalFeatures, 'meaning' | 'margin' | 'deviations'> {
  const best = new Float32Array(CROWD).fill(Number.NEGATIVE_INFINITY); // ascending
  let sum = PRIOR_ROWS * UNRELATED[language];
  let n = PRIOR_ROWS;
  for (let row = 0; row < cosine.length; row++) {
    const value = cosine[row]!;
    if (skip[row] === 1 || Number.isNaN(value)) continue;
    sum += value;
    n++;
    if (value <= best[0]!) continue;
    let at = 0;
    while (at + 1 < CROWD && best[at + 1]! < value) {
      best[at] = best[at + 1]!;
      at++;
    }
    best[at] = value;
  }
  if (n === PRIOR_ROWS) return {};
  const mean = sum / n;
  const nearest = best[CROWD - 1]!;
  const few = n - PRIOR_ROWS < CROWD;
  const crowd = few ? mean + CROWD_SHARE * (nearest - mean) : best[0]!;
  const cosineOfFirst = first === undefined ? Number.NaN : cosine[first]!;
  const above = few ? (cosineOfFirst - mean) / SPREAD[language] : standard[first ?? 0]!;
  return {
    meaning: (nearest - mean) / (1 - mean),
    margin: nearest - crowd,
    deviations: Number.isNaN(cosineOfFirst) ? 0 : above,
  };
}
