import { type CleanOptions, clean } from '../../adapt/filters.ts';
import { hashSamples, resolveSamples } from '../../adapt/resolve.ts';
import type { Sample, StepReport, TrainingSet } from '../../core/adapt.ts';
import type { Language, ModelCard } from '../../core/types.ts';
import type { EmbeddingCache } from '../eval/embeddings.ts';
import { asEncoded, encoded, fusionOf, indexOf, type Unit } from './words.ts';

export interface Prepared {
  readonly set: TrainingSet;
  readonly samples: readonly Sample[];
  readonly steps: readonly StepReport[];
  /** Ids of the collection's units that the samples point to. */
  readonly pointedTo: ReadonlySet<string>;
}

export interface Corpus {
  readonly language: Language;
  readonly units: readonly Unit[];
}

/** What encodes, and says how far it is. */
export interface Embedding {
  readonly card: ModelCard;
  readonly cache: EmbeddingCache;
  readonly say: (step: string) => (done: number, total: number) => void;
}

/** Cleans samples, finds their documents and embeds what the cache does not have. */
export async function prepare(
  samples: readonly Sample[],
  { language, units }: Corpus,
  { card, cache, say }: Embedding,
  blocked?: CleanOptions['blocked'],
): Promise<Prepared> {
  const cleaned = await clean(samples, { language, ...(blocked && { blocked }) });
  const found = resolveSamples(cleaned.samples, units);
  const all = [...units, ...found.extras.map((text, i) => ({ id: `extra-${i}`, title: '', text }))];
  const questions = found.samples.map(({ query }) => query);
  const documents = await cache.embed(
    card,
    'passage',
    asEncoded(language, all.map(encoded)),
    say('embedding documents'),
  );
  const { key: model, dim } = card;
  const set: TrainingSet = {
    model,
    dim,
    queries: await cache.embed(card, 'query', asEncoded(language, questions), say('embedding questions')),
    documents,
    positives: found.positives,
    negatives: found.negatives,
    fusion: fusionOf(indexOf(all, { model, language, dim, vectors: documents }), questions),
    dataHash: await hashSamples(found.samples),
  };
  const pointedTo = new Set(found.positives.flat().map((row) => all[row]!.id));
  return { set, samples: found.samples, steps: [...cleaned.steps, found.report], pointedTo };
}
