import type { Hit } from '../core/answer.ts';
import type { EmbedOptions, Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';

/** Hits that a cross-encoder reads unless told: each costs a pass of a model ten times the size of ours. */
export const CROSS_DEPTH = 20;

/**
 * The hits with the first ones in the order in which a cross-encoder, which reads query and passage together, likes
 * them; ties stay as they were, and the others keep their places below, as what is known to answer keeps its above.
 *
 * @throws what the encoder throws, and the signal's reason.
 */
export async function crossRerank(
  encoder: Pick<Encoder, 'score'>,
  model: string,
  query: string,
  hits: readonly Hit[],
  { depth = CROSS_DEPTH, signal }: { readonly depth?: number } & Pick<EmbedOptions, 'signal'> = {},
): Promise<Hit[]> {
  const known = hits.filter(wasAnswer);
  const others = hits.filter((hit) => !wasAnswer(hit));
  const first = others.slice(0, depth);
  if (first.length < 2) return [...hits];
  const passages = first.map(({ chunk }) => passageText(chunk));
  const logits = await encoder.score(model, query, passages, signal ? { signal } : {});
  const most = Math.max(...hits.map(({ score }) => score));
  const read = first.map((hit, i): Hit => {
    const likeness = 1 / (1 + Math.exp(-logits[i]!));
    const reasons = hit.reasons.filter(({ kind }) => kind !== 'reread');
    return { ...hit, score: most + likeness, reasons: [...reasons, { kind: 'reread', similarity: likeness }] };
  });
  const order = [...read.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
  return [...known, ...order.map((i) => read[i]!), ...others.slice(depth)];
}

/** Whether this passage answered this very question before: then it stays the first answer, whatever is compared. */
export const wasAnswer = ({ reasons }: Hit) => reasons.some((one) => one.kind === 'question' && one.score === 1);
