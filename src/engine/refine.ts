import type { Hit } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import type { SearchOptions } from '../core/engine.ts';
import type { ModelCard } from '../core/types.ts';
import { createReranker, RERANK_DEPTH, type RerankOptions, type StoredTokens, wasAnswer } from '../search/index.ts';
import type { EncodedQuery } from './queries.ts';

/** Whether a search is refined: not at all, where token vectors are stored, or by encoding passages again where not. */
export type Refining = 'never' | 'stored' | 'encoding';

export interface Refiner {
  /** Hits to search for, so that a page of `limit` can be refined. */
  depth(limit: number): number;
  /** How a search with these options is refined. `adapted`: an adapter ranks. */
  wanted(options: SearchOptions, cards: readonly ModelCard[], adapted?: boolean): Refining;
  /**
   * Hits that were not explained yet, in a better order, after the first fifty were compared word by word; one model after another, as likenesses
   * of different models do not compare. Undefined where token vectors would have to be encoded, and that is not wanted.
   */
  refine(
    queries: readonly EncodedQuery[],
    hits: readonly Hit[],
    how: Refining,
    options?: Pick<RerankOptions, 'signal' | 'together'>,
  ): Promise<readonly Hit[] | undefined>;
  /** The first `limit`, the last places given up to verbatim hits that would else be lost: half of the page at most. */
  page(hits: readonly Hit[], limit: number): readonly Hit[];
}

export function createRefiner(encoder: Encoder, stored?: StoredTokens): Refiner {
  const reranker = createReranker(encoder, stored);
  return {
    depth: (limit) => Math.max(limit, RERANK_DEPTH),
    wanted({ rerank, typing = false }, cards, adapted = false) {
      if (rerank === false || cards.length === 0) return 'never';
      if (rerank === true) return 'encoding';
      // A model that was not measured is left alone. What an adapter has learned of the order, comparing words partly
      // undoes (docs/adaptation.md).
      if (adapted || cards.some(({ reranks }) => !reranks)) return 'never';
      // An unfinished question changes before passages could be encoded for it.
      return rerank === 'auto' && !typing ? 'encoding' : 'stored';
    },
    async refine(queries, hits, how, { signal, together } = {}) {
      if (how === 'never') return undefined;
      const known = hits.filter(wasAnswer);
      let ranked: readonly Hit[] | undefined = hits.filter((hit) => !known.includes(hit));
      for (const { card, words } of queries) {
        const options = { encode: how === 'encoding', ...(signal && { signal }), ...(together && { together }) };
        ranked = ranked && (await reranker.rerank(words, ranked, card, options));
      }
      return ranked && [...known, ...ranked];
    },
    page(hits, limit) {
      const isVerbatim = ({ reasons }: Hit) => reasons.some(({ kind }) => kind === 'verbatim');
      const missing = hits
        .slice(limit)
        .filter(isVerbatim)
        .slice(0, limit >> 1);
      return [...hits.slice(0, limit - missing.length), ...missing];
    },
  };
}
