/** Fetched only when the full tier compares passages word by word: it brings the kernels. */
import type { Hit } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';
import { type TokenMatrix, tokenRow } from '../core/tokens.ts';
import type { Chunk, ModelCard, ModelKey } from '../core/types.ts';
import { tokensOf } from '../search/query-words.ts';
import { createReranker } from '../search/rerank.ts';
import { simplify } from '../search/simplify.ts';
import type { RereadOptions } from './site-index.ts';

export type RereadingEncoder = Pick<Encoder, 'load' | 'embed' | 'countTokens'>;

/**
 * The hits in a better order, and whether they are: the first of them are read by the model and compared with the query
 * word by word (`src/search/rerank.ts`), as many as there is time for.
 *
 * A static index keeps no vectors of words, which would be some ten times all else that it keeps: passages are encoded
 * here, best first, and remembered. An abort throws the signal's reason; what was encoded until then is kept.
 */
export type Reread = (
  model: string,
  query: string,
  hits: readonly Hit[],
  /** `depth`: passages that are read, at most. */
  options: RereadOptions & { readonly depth: number; readonly signal?: AbortSignal },
) => Promise<readonly Hit[] | undefined>;

const MILLISECONDS = 3000;
/** Passages between two looks at the clock. */
const BATCH = 2;
/** Passages whose words are remembered, the oldest given up first: some ten kilobytes each. */
const KEPT = 400;

export function createReread(encoder: RereadingEncoder): Reread {
  const kept = new Map<string, Uint8Array>();
  const keyOf = ({ id, text }: Chunk, model: ModelKey) => `${model}\n${id}\n${text}`;
  const reranker = createReranker(encoder, async (some, model) => some.map((one) => kept.get(keyOf(one, model))), 0);
  const input = ({ languages }: ModelCard) => (languages.includes('zh') ? simplify : String);

  const wordsOf = async (card: ModelCard, query: string, signal: AbortSignal | undefined): Promise<TokenMatrix> => {
    const options = { tokens: true, ...(signal && { signal }) };
    const [skip] = await encoder.countTokens(card.id, [card.queryInstruction]);
    return tokensOf(await encoder.embed(card.id, 'query', [input(card)(query)], options), 0, skip);
  };

  return async (model, query, hits, { depth, milliseconds = MILLISECONDS, signal }) => {
    const until = performance.now() + milliseconds;
    const card = await encoder.load(model, signal ? { signal } : {});
    if (!card.reranks) return undefined;
    const words = await wordsOf(card, query, signal);
    for (const key of kept.keys()) {
      if (kept.size + depth <= KEPT) break;
      kept.delete(key);
    }
    const some = hits.slice(0, depth).map(({ chunk }) => chunk);
    let read = 0;
    while (read < some.length && performance.now() < until) {
      const batch = some.slice(read, read + BATCH);
      const unknown = batch.filter((chunk) => !kept.has(keyOf(chunk, card.key)));
      if (unknown.length > 0) {
        const texts = unknown.map((chunk) => input(card)(passageText(chunk)));
        const { pooled } = await encoder.embed(card.id, 'passage', texts, { pooled: true, ...(signal && { signal }) });
        for (const [i, chunk] of unknown.entries()) kept.set(keyOf(chunk, card.key), tokenRow(pooled!, i).slice());
      }
      read += batch.length;
    }
    const options = { depth: read, encode: false, ...(signal && { signal }) };
    return read < 2 ? undefined : reranker.rerank(words, hits, card, options);
  };
}
