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

const keyOf = ({ id, text }: Hit['chunk']) => `${id}\n${text}`;

/** @param kept passages whose words are kept for the next query, the oldest given up first. */
export function createReranker(encoder: Encoder, kept = KEPT): Reranker {
  const read = new Map<string, TokenMatrix>();
  const instructions = new Map<string, number>();
  /** The last question's words and how well each passage meets them: a question is often asked again, of a few more. */
  let last: { readonly key: string; readonly words: TokenMatrix; readonly met: Map<string, number> } | undefined;

  async function ask(query: string, card: ModelCard, options: EmbedOptions) {
    const key = `${card.key}\n${query}`;
    if (last?.key === key) return last;
    let skip = instructions.get(card.key);
    if (skip === undefined) {
      skip = (await encoder.countTokens(card.id, [card.queryInstruction]))[0]!;
      instructions.set(card.key, skip);
    }
    const embedded = await encoder.embed(card.id, 'query', [query], { ...options, tokens: true });
    const asked = { key, words: tokensOf(embedded, 0, skip), met: new Map<string, number>() };
    last = asked;
    return asked;
  }

  async function wordsOf(hits: readonly Hit[], card: ModelCard, options: EmbedOptions): Promise<TokenMatrix[]> {
    const keys = hits.map(({ chunk }) => `${card.key}\n${keyOf(chunk)}`);
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
      const asked = await ask(query, card, options);
      const fresh = again.filter(({ chunk }) => !asked.met.has(keyOf(chunk)));
      for (const [i, words] of (await wordsOf(fresh, card, options)).entries()) {
        asked.met.set(keyOf(fresh[i]!.chunk), maxSim(asked.words, words));
      }
      const met = again.map(({ chunk }) => asked.met.get(keyOf(chunk))!);
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
