import type { Answer, Passage, Refusal } from '../core/answer.ts';
import type { Floor, RefusalFeatures } from '../search/refuse.ts';
import type { FacetCounts, Filters, Sort } from './facets.ts';
import type { ShownPage } from './text.ts';
import type { SiteTier } from './tier.ts';

/** `passage.chunk.document` is the page's URL as the index has it. */
export interface SiteHit extends Passage {
  readonly page: ShownPage;
  /** The page's value of the key that the answer is sorted by. */
  readonly sortValue?: string;
}

export interface SiteAnswer extends Omit<Answer, 'tier' | 'passages'> {
  readonly tier: SiteTier;
  readonly passages: readonly SiteHit[];
  /** Passages that hold a word of the query or lie in a cell that was looked at. */
  readonly found: number;
  /** If asked for: of the pages of the best passages, how many have each value of each filter. */
  readonly facets?: FacetCounts;
  /** One sentence for each part of the index that could not be used; the rest was. */
  readonly notes: readonly string[];
}

export interface SiteSearchOptions {
  /** Passages wanted; 10 unless told. */
  readonly limit?: number;
  /** The person is still typing the last word. */
  readonly typing?: boolean;
  /** The best tier wanted; `instant` unless told. `full` needs an encoder. */
  readonly tier?: SiteTier;
  /**
   * Of `tier: 'full'`: the best passages are read by the model and compared with the query word by word, which takes
   * seconds where they were not met lately. Nothing where the results are sorted, or the site was taught.
   */
  readonly reread?: boolean;
  /** Only passages of pages that meet all of these. */
  readonly filters?: Filters;
  /** Orders the passages that fit the query well by a value of their pages, rather than by how well they fit. */
  readonly sort?: Sort;
  /** Count the values of filters too. */
  readonly facets?: boolean;
  /** How soon to say that nothing here answers; `normal` unless told. */
  readonly refuse?: Refusal;
  readonly signal?: AbortSignal;
}

export interface RereadOptions {
  /** Time after which no further passage is read; those that were are compared. */
  readonly milliseconds?: number;
}

/** What refusal goes by. */
export interface SiteJudged {
  readonly features: RefusalFeatures;
  readonly floor: Floor;
  /** A passage holds the query, several words, as it stands. */
  readonly certain: boolean;
}

/** A static index, open for questions. Nothing is fetched before the first. */
export interface SiteIndex {
  /** Fetches what every search needs (manifest and the first lane's map), ahead of the first. Failures wait for the search. */
  warm(): void;
  /** @throws EngineError if the manifest or the lane's map cannot be had; an abort throws the signal's reason. */
  search(query: string, options?: SiteSearchOptions): Promise<SiteAnswer>;
}

/** A static index that also says what refusal goes by, for calibrating it. */
export interface JudgingIndex extends SiteIndex {
  /** @throws as `search`. */
  judge(query: string, tier: SiteTier): Promise<SiteJudged>;
}
