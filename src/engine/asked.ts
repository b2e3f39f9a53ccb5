import type { Sample } from '../core/adapt.ts';
import type { QueryVector } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import { sparseRow } from '../core/sparse.ts';
import type { Language, ModelCard, UnitVector } from '../core/types.ts';
import { queryInput } from './inputs.ts';

/** Questions embedded at once: short texts, and a person's own question need not wait long. */
const BATCH = 8;
/** A second run mostly asks what the first asked. Each takes about two kilobytes. */
const REMEMBERED = 10_000;

/** The questions of lessons, encoded, in their order; those of the last runs are remembered. */
export type AskedQuestions = (
  card: ModelCard,
  language: Language,
  samples: readonly Sample[],
  onProgress: (done: number, total: number) => Promise<void>,
) => Promise<QueryVector[]>;

/** `onProgress` is waited for: a run may be paused there. Cost: one encoder pass a question that is new. Batches are of like length, so that nothing is padded for long. */
export function createAskedQuestions(encoder: Encoder): AskedQuestions {
  const known = new Map<string, QueryVector>();
  return async (card, language, samples, onProgress) => {
    const keyOf = ({ query }: Sample) => `${card.key}\n${queryInput(language, query)}`;
    if (known.size + samples.length > REMEMBERED) known.clear();
    const missing = [...new Map(samples.map((sample) => [keyOf(sample), sample])).entries()]
      .filter(([key]) => !known.has(key))
      .sort(([a], [b]) => a.length - b.length);
    const before = samples.length - missing.length;
    for (let at = 0; at < missing.length; at += BATCH) {
      await onProgress(before + at, samples.length);
      const batch = missing.slice(at, at + BATCH);
      const texts = batch.map(([, { query }]) => queryInput(language, query));
      const { dense, sparse } = await encoder.embed(card.id, 'query', texts, { sparse: card.sparse });
      for (const [i, [key]] of batch.entries()) {
        const values = dense.slice(i * card.dim, (i + 1) * card.dim) as Float32Array as UnitVector;
        known.set(key, { model: card.key, values, ...(sparse && { sparse: sparseRow(sparse, i) }) });
      }
    }
    return samples.map((sample) => known.get(keyOf(sample))!);
  };
}
