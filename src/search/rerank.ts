import type { Hit } from '../core/answer.ts';
import type { EmbedOptions, Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';
import type { ModelCard } from '../core/types.ts';
import { maxSim, type TokenMatrix, tokensOf } from './maxsim.ts';
import { simplify } from './simplify.ts';

/** Hits that are read again unless told: below them the first order is rarely wrong enough to matter. */
export const RERANK_DEPTH = 20;
/**
 * What MaxSim, a mean cosine, counts beside a fused score, a mean of standard scores; see docs/quality.md. On an absolute
 * scale, so that a small difference between passages remains a small one.
 */
const WEIGHT = 20;
/** Passages whose words are kept unless told; some 50–200 kB each. */
const KEPT = 200;

export interface RerankOptions extends Pick<EmbedOptions, 'signal'> {
  /** Hits that are read again. */
  readonly depth?: number;
}

export interface Reranker {
  /**
   * The hits in a better order: the score of the first ones rises by how well each word of the query is met by some word
   * of the passage (see `maxSim`), counted from the least well met of them; the others keep their scores, and so do hits
   * of other models than `card`.
   *
   * Chinese passages are simplified for the encoder, as they were when they were indexed; the query is the caller's.
   * Cost: one encoder pass over the passages that were not read lately.
   *
   * @throws what the encoder throws, and the signal's reason.
   */
  rerank(query: string, hits: readonly Hit[], card: ModelCard, options?: RerankOptions): Promise<Hit[]>;
}

/** @param kept passages whose words are kept for the next query, the oldest given up first. */
export function createReranker(encoder: Encoder, kept = KEPT): Reranker {
  const read = new Map<string, TokenMatrix>();
  const instructions = new Map<string, number>();

  async function wordsOf(hits: readonly Hit[], card: ModelCard, options: EmbedOptions): Promise<TokenMatrix[]> {
    const keys = hits.map(({ chunk }) => `${card.key}\n${chunk.id}\n${chunk.text}`);
    const missing = [...keys.keys()].filter((i) => !read.has(keys[i]!));
    if (missing.length > 0) {
      const texts = missing
        .map((i) => passageText(hits[i]!.chunk))
        .map(card.languages.includes('zh') ? simplify : String);
      const embeddings = await encoder.embed(card.id, 'passage', texts, { ...options, tokens: true });
      for (const [row, i] of missing.entries()) read.set(keys[i]!, tokensOf(embeddings, row));
    }
    const words = keys.map((key) => read.get(key)!);
    for (const key of read.keys()) if (read.size > kept) read.delete(key);
    return words;
  }

  return {
    async rerank(query, hits, card, { depth = RERANK_DEPTH, signal } = {}) {
      const options = signal ? { signal } : {};
      const again = hits.slice(0, depth).filter(({ model }) => model === undefined || model === card.key);
      if (again.length < 2) return [...hits];
      let skip = instructions.get(card.key);
      if (skip === undefined) {
        skip = (await encoder.countTokens(card.id, [card.queryInstruction]))[0]!;
        instructions.set(card.key, skip);
      }
      const asked = tokensOf(await encoder.embed(card.id, 'query', [query], { ...options, tokens: true }), 0, skip);
      const met = (await wordsOf(again, card, options)).map((words) => maxSim(asked, words));
      const least = Math.min(...met);
      const reread = new Map(
        again.map((hit, i): [Hit, Hit] => [
          hit,
          {
            ...hit,
            score: hit.score + WEIGHT * (met[i]! - least),
            reasons: [...hit.reasons, { kind: 'reread', similarity: met[i]! }],
          },
        ]),
      );
      return hits.map((hit) => reread.get(hit) ?? hit).sort((a, b) => b.score - a.score);
    },
  };
}
