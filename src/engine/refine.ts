import type { Hit } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import type { SearchOptions } from '../core/engine.ts';
import type { ModelCard } from '../core/types.ts';
import { createReranker, RERANK_DEPTH } from '../search/index.ts';
import { queryInput } from './inputs.ts';

export interface Refiner {
  /** Hits to search for, so that a page of `limit` can be refined. */
  depth(limit: number): number;
  /** Whether a search with these options is to be refined: asked for, and for `auto` where it pays. `adapted`: an adapter ranks. */
  wanted(options: SearchOptions, cards: readonly ModelCard[], adapted?: boolean): boolean;
  /**
   * The first `limit` of the hits after the first twenty were read again, word by word; one model after another, as
   * likenesses of different models do not compare. A passage that holds the query as it stands keeps a place on the page.
   */
  refine(
    text: string,
    hits: readonly Hit[],
    cards: readonly ModelCard[],
    limit: number,
    options?: Pick<SearchOptions, 'signal'>,
  ): Promise<readonly Hit[]>;
}

export function createRefiner(encoder: Encoder): Refiner {
  const reranker = createReranker(encoder);
  return {
    depth: (limit) => Math.max(limit, RERANK_DEPTH),
    wanted({ rerank = false, typing = false }, cards, adapted = false) {
      if (rerank !== 'auto') return rerank && cards.length > 0;
      // An unfinished question changes before it is read again; a model that was not measured is left alone. What an
      // adapter has learned of the order, reading again partly undoes (docs/adaptation.md).
      return !typing && !adapted && cards.length > 0 && cards.every(({ reranks }) => reranks);
    },
    async refine(text, hits, cards, limit, { signal } = {}) {
      let ranked: readonly Hit[] = hits;
      for (const card of cards) {
        const [language = 'en'] = card.languages;
        ranked = await reranker.rerank(queryInput(language, text), ranked, card, signal ? { signal } : {});
      }
      return keepVerbatim(ranked, limit);
    },
  };
}

/** The first `limit`, the last places given up to verbatim hits that would else be lost: half of the page at most. */
function keepVerbatim(hits: readonly Hit[], limit: number): readonly Hit[] {
  const isVerbatim = ({ reasons }: Hit) => reasons.some(({ kind }) => kind === 'verbatim');
  const missing = hits
    .slice(limit)
    .filter(isVerbatim)
    .slice(0, limit >> 1);
  return [...hits.slice(0, limit - missing.length), ...missing];
}
