/** Retrieval and refusal figures, as trec_eval and BEIR define them. */

export type Grades = ReadonlyMap<string, number>;

/** Figures of one question; a set of questions has their mean. */
export interface Figures {
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall10: number;
  readonly recall100: number;
}

/** @param ranked unit ids, best first, each once. @param grades of the relevant units, all above 0 (not empty). */
export function figures(ranked: readonly string[], grades: Grades): Figures {
  return {
    ndcg10: ndcg(ranked, grades, 10),
    mrr10: mrr(ranked, grades, 10),
    recall10: recall(ranked, grades, 10),
    recall100: recall(ranked, grades, 100),
  };
}

/**
 * Σ grade / log2(rank + 1) over the first `k`, over the same sum of the best possible ranking.
 * The gain is the grade itself (trec_eval's `ndcg_cut`), not 2^grade − 1.
 */
export function ndcg(ranked: readonly string[], grades: Grades, k: number): number {
  const gain = (list: readonly number[]) =>
    list.slice(0, k).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
  const ideal = [...grades.values()].sort((a, b) => b - a);
  return gain(ranked.map((id) => grades.get(id) ?? 0)) / gain(ideal);
}

/** 1 / rank of the first relevant unit, 0 if none is among the first `k`. */
export function mrr(ranked: readonly string[], grades: Grades, k: number): number {
  const at = ranked.slice(0, k).findIndex((id) => grades.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** Share of the relevant units among the first `k`. */
export function recall(ranked: readonly string[], grades: Grades, k: number): number {
  return ranked.slice(0, k).filter((id) => grades.has(id)).length / grades.size;
}

/** Chance that a positive scores above a negative, ties counted half (Mann–Whitney U / n₁n₂); NaN if either is empty. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = negatives.toSorted((a, b) => a - b);
  const below = (value: number, orEqual: boolean) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = positives.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0);
  return wins / (positives.length * negatives.length);
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const RESAMPLES = 1000;

/** The middle 95 % of the means of 1,000 resamples drawn with replacement; the seed is fixed, so equal input gives equal output. */
export function bootstrap(values: readonly number[]): [low: number, high: number] {
  const random = mulberry32(20_240_229);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLES * 0.025)]!, means[Math.ceil(RESAMPLES * 0.975) - 1]!];
}

/** Tommy Ettinger's 32-bit generator (public domain). */
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
