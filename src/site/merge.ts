import { topScores } from '../kernels/topk.ts';
import { compareSortValues, type FacetCounts } from './facets.ts';
import type { SiteAnswer, SiteHit, SiteIndex, SiteSearchOptions } from './reader.ts';

/** An index with the absolute address that its pages' URLs are relative to. */
export interface PlacedIndex {
  readonly index: SiteIndex;
  readonly base: string;
}

/**
 * Several indexes asked as one. Their pages' URLs become absolute.
 *
 * Scores are standard scores within an index, so they can be compared across indexes; but the best of an index that
 * has nothing on a question stands out too, so passages of answers that are refused come after all others. An index
 * that cannot be had costs its own results and is named in the notes.
 *
 * @throws what the first index throws, if none of them answers; an abort throws the signal's reason.
 */
export function mergeIndexes(parts: readonly PlacedIndex[]): SiteIndex {
  return {
    warm() {
      for (const { index } of parts) index.warm();
    },
    async search(query, options = {}) {
      const settled = await Promise.allSettled(parts.map(({ index }) => index.search(query, options)));
      options.signal?.throwIfAborted();
      const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      const answers = settled.flatMap((one, i) =>
        one.status === 'fulfilled' ? [placed(one.value, parts[i]!.base)] : [],
      );
      if (answers.length === 0) throw failures[0];
      return merged(answers, failures, options);
    },
  };
}

function placed(answer: SiteAnswer, base: string): SiteAnswer {
  const passages = answer.passages.map((hit): SiteHit => {
    const url = new URL(hit.page.url, base).href;
    return { ...hit, page: { ...hit.page, url } };
  });
  return { ...answer, passages };
}

function merged(answers: readonly SiteAnswer[], failures: readonly Error[], options: SiteSearchOptions): SiteAnswer {
  const sure = answers.reduce((best, one) => (one.confidence > best.confidence ? one : best));
  const willing = answers.filter(({ refused }) => !refused);
  const order = (some: readonly SiteAnswer[]) => {
    const hits = some.flatMap(({ passages }) => passages);
    const { sort } = options;
    if (sort) return hits.sort((a, b) => compareSortValues(a.sortValue ?? '', b.sortValue ?? '', sort.order));
    const scores = Float32Array.from(hits, ({ score }) => score);
    return topScores(scores, hits.length).map(({ row }) => hits[row]!);
  };
  const passages = [...order(willing), ...order(answers.filter(({ refused }) => refused))];
  return {
    ...sure,
    refused: willing.length === 0,
    reranked: answers.every(({ reranked }) => reranked),
    tier: worst(answers),
    passages: passages.slice(0, options.limit ?? 10),
    found: answers.reduce((sum, { found }) => sum + found, 0),
    ...(options.facets && { facets: added(answers.map(({ facets = {} }) => facets)) }),
    notes: [...new Set([...answers.flatMap(({ notes }) => notes), ...failures.map(({ message }) => message)])],
    timings: { search: Math.max(...answers.map(({ timings }) => timings.search ?? 0)) },
  };
}

/** What all of them can claim. */
const TIERS = ['keywords', 'instant', 'full'] as const;
const worst = (answers: readonly SiteAnswer[]) => TIERS[Math.min(...answers.map(({ tier }) => TIERS.indexOf(tier)))]!;

function added(all: readonly FacetCounts[]): FacetCounts {
  const sums: Record<string, Record<string, number>> = {};
  for (const counts of all) {
    for (const [key, values] of Object.entries(counts)) {
      sums[key] ??= {};
      for (const [value, count] of Object.entries(values)) sums[key][value] = (sums[key][value] ?? 0) + count;
    }
  }
  return sums;
}
