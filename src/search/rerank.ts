import type { Hit } from '../core/answer.ts';
import type { EmbedOptions, Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';
import { type TokenMatrix, tokenRow } from '../core/tokens.ts';
import type { Chunk, ModelCard, ModelKey } from '../core/types.ts';
import { createMaxSim } from '../kernels/max-sim.ts';
import { scoresOfNearest } from './agreement.ts';
import { likeliest, shareUnasked } from './likeliest.ts';
import { nearestVectors } from './nearest-vectors.ts';
import { simplify } from './simplify.ts';

/** Hits that are compared word by word unless told: below them the first order is rarely wrong enough to matter. */
export const RERANK_DEPTH = 50;
/**
 * What MaxSim, a mean cosine, counts beside a fused score, a mean of standard scores; see docs/quality.md. On an absolute
 * scale, so that a small difference between passages remains a small one.
 */
const WEIGHT = 16;
/** The same for how well the passage meets what the best ones say about the question. */
const FEEDBACK = 5;
/** The same for the share of the question's words that stand together in the passage. */
const TOGETHER = 1;
/** Vectors of theirs that are looked for, shared out by how likely each is: half of what a passage of 150 tokens has. */
const SAID_VECTORS = 24;
/** Bytes of passages' token vectors that are kept in memory: some 1,600 passages. */
const KEPT_BYTES = 16 << 20;

export interface RerankOptions extends Pick<EmbedOptions, 'signal'> {
  /** Hits that are compared. */
  readonly depth?: number;
  /** The share of the question's words that stand together in a passage, 0–1 (`Found.together`); none does unless told. */
  readonly together?: (passage: Chunk) => number;
  /** Passages of which no token vectors are stored are encoded again; if not, nothing is done where one is among them. */
  readonly encode?: boolean;
}

/** The token vectors of passages (`TokenRows`), where they are stored. */
export type StoredTokens = (
  passages: readonly Chunk[],
  model: ModelKey,
) => Promise<readonly (Uint8Array | undefined)[]>;

export interface Reranker {
  /**
   * The hits in a better order: the score of the first ones rises by how well each word of the query is met by some word
   * of the passage (see `MaxSim`), counted from the least well met of them; the others keep their scores, and so do hits
   * of other models than `card`. Then it rises by how well the passage meets what the likeliest three say about the question
   * (`nearestVectors`), by how many of the question's words it has in one place, and where the model's card has it by a share of what the passages most like it have reached
   * (`scoresOfNearest`), both to the extent that passages have no questions of their own, by which they are found better.
   * Undefined where that would need encoding and `encode` is not wanted.
   *
   * Chinese passages are simplified for the encoder, as they were when they were indexed.
   * Cost: reading ten kilobytes for each passage that was not met lately, or where they are not stored encoding it.
   *
   * @throws what the encoder and the store throw, and the signal's reason.
   */
  rerank(
    query: TokenMatrix,
    hits: readonly Hit[],
    card: ModelCard,
    options?: RerankOptions,
  ): Promise<Hit[] | undefined>;
}

/** @param keptBytes passages are kept for the next query up to this, those not met for longest given up first. */
export function createReranker(
  encoder: Pick<Encoder, 'embed'>,
  stored: StoredTokens = async (passages) => passages.map(() => undefined),
  keptBytes = KEPT_BYTES,
): Reranker {
  const kept = createKept(keptBytes);
  const maxSim = createMaxSim();

  /** Token vectors of the passages, as far as they are kept, stored or, with `encode`, can be had. */
  async function wordsOf(passages: readonly Chunk[], card: ModelCard, { encode = true, signal }: RerankOptions) {
    const keys = passages.map(({ id, text }) => `${card.key}\n${id}\n${text}`);
    const words = keys.map((key) => kept.get(key));
    const missing = () => [...words.keys()].filter((i) => !words[i]);
    const take = (i: number, one: Uint8Array) => {
      words[i] = one;
      kept.set(keys[i]!, one);
    };
    const unread = missing();
    if (unread.length > 0) {
      const read = await stored(
        unread.map((i) => passages[i]!),
        card.key,
      );
      for (const [row, i] of unread.entries()) if (read[row]) take(i, read[row]);
    }
    const unknown = encode ? missing() : [];
    if (unknown.length > 0) {
      const texts = unknown
        .map((i) => passageText(passages[i]!))
        .map(card.languages.includes('zh') ? simplify : String);
      const options = { pooled: true, ...(signal && { signal }) };
      const { pooled } = await encoder.embed(card.id, 'passage', texts, options);
      for (const [row, i] of unknown.entries()) take(i, tokenRow(pooled!, row).slice());
    }
    return words;
  }

  return {
    async rerank(query, hits, card, options = {}) {
      const { depth = RERANK_DEPTH, together = () => 0, signal } = options;
      const again = hits.slice(0, depth).filter(({ model }) => model === undefined || model === card.key);
      if (again.length < 2) return [...hits];
      const words = await wordsOf(
        again.map(({ chunk }) => chunk),
        card,
        options,
      );
      signal?.throwIfAborted();
      if (words.some((one) => !one)) return undefined;
      const passages = words as Uint8Array[];
      const met = maxSim(query, passages);
      const rise = aboveLeast(met).map((more) => WEIGHT * more);
      const unasked = shareUnasked(again.map(({ chunk: { questions = [] } }) => questions.length > 0));
      const raised = rise.map((more, i) => again[i]!.score + more);
      const likely = likeliest(raised).map(({ row, share }) =>
        nearestVectors(query, passages[row]!, Math.round(SAID_VECTORS * share)),
      );
      const said = aboveLeast(maxSim(joined(query.dim, likely), passages));
      const near = again.map(({ chunk }) => (unasked > 0 ? together(chunk) : 0));
      const scores = raised.map((score, i) => score + unasked * (FEEDBACK * said[i]! + TOGETHER * near[i]!));
      const agreed = card.agreement ? aboveLeast(scoresOfNearest(passages, card.dim, scores)) : scores.map(() => 0);
      const reread = new Map(
        again.map((hit, i): [Hit, Hit] => [
          hit,
          {
            ...hit,
            score: scores[i]! + (card.agreement ?? 0) * unasked * agreed[i]!,
            reasons: [...hit.reasons, { kind: 'reread', similarity: met[i]! }],
          },
        ]),
      );
      return hits.map((hit) => reread.get(hit) ?? hit).sort((a, b) => b.score - a.score);
    },
  };
}

function joined(dim: number, matrices: readonly TokenMatrix[]): TokenMatrix {
  const rows = new Float32Array(matrices.reduce((sum, one) => sum + one.rows.length, 0));
  let at = 0;
  for (const one of matrices) {
    rows.set(one.rows, at);
    at += one.rows.length;
  }
  return { dim, rows };
}

const aboveLeast = (values: Float32Array) => {
  const least = Math.min(...values);
  return values.map((value) => value - least);
};

/** Arrays by name, up to so many bytes. */
function createKept(most: number) {
  const arrays = new Map<string, Uint8Array>();
  let bytes = 0;
  const drop = (key: string) => {
    bytes -= arrays.get(key)?.length ?? 0;
    arrays.delete(key);
  };
  return {
    get(key: string): Uint8Array | undefined {
      const found = arrays.get(key);
      if (found) {
        // Met again: to the end of the line.
        arrays.delete(key);
        arrays.set(key, found);
      }
      return found;
    },
    set(key: string, array: Uint8Array): void {
      drop(key);
      arrays.set(key, array);
      bytes += array.length;
      for (const oldest of arrays.keys()) {
        if (bytes <= most) break;
        drop(oldest);
      }
    },
  };
}
