import type { Hit } from '../core/answer.ts';
import type { EmbedOptions, Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';
import type { ModelCard } from '../core/types.ts';
import { maxSim, type TokenMatrix, tokensOf } from './maxsim.ts';
import { simplify } from './simplify.ts';

/** Hits that are read again: below them the first order is rarely wrong enough to matter. */
export const RERANK_DEPTH = 20;
/** Weight of the second reading against the first, each scaled to 0–1 over the hits; see docs/quality.md. */
const WEIGHT = 0.5;
/** Passages whose words are kept unless told; some 50–200 kB each. */
const KEPT = 200;

export interface Reranker {
  /**
   * The hits in a better order: the first twenty by how well each word of the query is met by some word of the passage.
   * Hits of other models than `card` keep the scores they have. Scores are as before; only the order changes.
   * Chinese passages are simplified for the encoder, as they were when they were indexed; the query is the caller's.
   * Cost: one encoder pass over the passages that were not read lately.
   *
   * @throws what the encoder throws, and the signal's reason.
   */
  rerank(query: string, hits: readonly Hit[], card: ModelCard, options?: EmbedOptions): Promise<Hit[]>;
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
    async rerank(query, hits, card, options = {}) {
      const again = hits.slice(0, RERANK_DEPTH).filter(({ model }) => model === undefined || model === card.key);
      if (again.length < 2) return [...hits];
      let skip = instructions.get(card.key);
      if (skip === undefined) {
        skip = (await encoder.countTokens(card.id, [card.queryInstruction]))[0]!;
        instructions.set(card.key, skip);
      }
      const asked = tokensOf(await encoder.embed(card.id, 'query', [query], { ...options, tokens: true }), 0, skip);
      const second = scaled((await wordsOf(again, card, options)).map((words) => maxSim(asked, words)));
      const first = scaled(again.map(({ score }) => score));
      const value = new Map(again.map((hit, i) => [hit, WEIGHT * second[i]! + (1 - WEIGHT) * first[i]!]));
      const better = again.toSorted((a, b) => value.get(b)! - value.get(a)!);
      // Places of hits that were not read again stay theirs.
      return hits.map((hit) => (value.has(hit) ? better.shift()! : hit));
    },
  };
}

/** To 0–1, lowest to highest; all 0 if they are equal. */
function scaled(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}
