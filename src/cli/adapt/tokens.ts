import type { TokenText } from '../../adapt/sparse.ts';
import type { Encoder, TextRole, TokenVectors } from '../../core/encoder.ts';
import { type SparseHead, type SparseVector, sparseVector } from '../../core/sparse.ts';
import type { ModelCard } from '../../core/types.ts';
import { leadingTokens } from '../eval/tokens.ts';

/** [PAD], [UNK], [CLS], [SEP], [MASK] of BERT's vocabularies, English and Chinese. */
export const SPECIAL: readonly number[] = [0, 100, 101, 102, 103];

const BATCH = 16;

/** Token vectors of texts, a batch at a time: all of them together would fill the memory. */
export async function eachTokens(
  encoder: Encoder,
  card: ModelCard,
  role: TextRole,
  texts: readonly string[],
  visit: (text: number, ids: Int32Array, vectors: Float32Array) => void,
  say: (done: number, total: number) => void,
): Promise<void> {
  for (let at = 0; at < texts.length; at += BATCH) {
    say(at, texts.length);
    const { tokens } = await encoder.embed(card.id, role, texts.slice(at, at + BATCH), { tokens: true });
    const { values, offsets, ids } = tokens as TokenVectors;
    for (let i = 0; i + 1 < offsets.length; i++) {
      const [from, to] = [offsets[i]!, offsets[i + 1]!];
      visit(at + i, ids.subarray(from, to), values.subarray(from * card.dim, to * card.dim));
    }
  }
}

/** A text's own tokens sorted by id, as the trainer takes them; a copy. */
export function tokenText(ids: Int32Array, vectors: Float32Array, dim: number, leading: number): TokenText {
  const own = [...ids.keys()].filter((t) => t >= leading && !SPECIAL.includes(ids[t]!));
  own.sort((a, b) => ids[a]! - ids[b]!);
  const sorted = new Float32Array(own.length * dim);
  for (const [i, t] of own.entries()) sorted.set(vectors.subarray(t * dim, (t + 1) * dim), i * dim);
  return { ids: Int32Array.from(own, (t) => ids[t]!), vectors: sorted };
}

/** idf of every token by the texts it is in: ln(1 + (N − df + ½) / (df + ½)), as the search stage has it. */
export function tokenIdf(texts: Iterable<ArrayLike<number>>): (id: number) => number {
  const held = new Map<number, number>();
  let total = 0;
  for (const ids of texts) {
    total++;
    for (const id of new Set(Array.from(ids))) held.set(id, (held.get(id) ?? 0) + 1);
  }
  return (id) => Math.log(1 + (total - (held.get(id) ?? 0) + 0.5) / ((held.get(id) ?? 0) + 0.5));
}

/** Sparse vectors of texts under several heads at once. */
export async function sparseVectors(
  encoder: Encoder,
  card: ModelCard,
  role: TextRole,
  texts: readonly string[],
  heads: readonly SparseHead[],
  say: (done: number, total: number) => void,
): Promise<SparseVector[][]> {
  const leading = role === 'query' ? await leadingTokens(encoder, card) : 0;
  const found: SparseVector[][] = heads.map(() => []);
  const take = (_: number, ids: Int32Array, vectors: Float32Array) => {
    for (const [h, head] of heads.entries()) found[h]!.push(sparseVector(head, vectors, ids, leading));
  };
  await eachTokens(encoder, card, role, texts, take, say);
  return found;
}
