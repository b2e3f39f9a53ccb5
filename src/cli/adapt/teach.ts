import { type CleanOptions, normaliseText } from '../../adapt/filters.ts';
import type { Judgements, Sample, TrainOptions, TrainResult } from '../../core/adapt.ts';
import type { OpenedCorpus } from './corpus.ts';
import { judgeTest, searchFigures, type TestSet } from './judge.ts';
import { type Embedding, type Prepared, prepare } from './prepare.ts';
import { stepLines } from './print.ts';
import { trainWatched } from './session.ts';
import { asEncoded, encoded } from './words.ts';

export interface Taught extends TrainResult {
  readonly prepared: Prepared;
  /** On the collection's own questions, by the search stage; absent where it has none. */
  readonly tested?: Judgements;
}

/** Trains on samples and judges the result on the collection's own questions; without any, a fifth of the samples is kept out for it. */
export async function teachAndJudge(
  corpus: OpenedCorpus,
  samples: readonly Sample[],
  embed: Embedding,
  options: Partial<TrainOptions>,
  blocked?: CleanOptions['blocked'],
): Promise<Taught> {
  const test = await openTest(corpus, samples, embed);
  const prepared = await prepare(samples, corpus, embed, blocked);
  process.stderr.write(`\n${stepLines(prepared.steps)}\n`);
  const result = await trainWatched(prepared, { ...options, testShare: test ? 0 : 0.2 });
  if (!test) return { ...result, prepared };
  const before = searchFigures(test.set, test.queries, undefined);
  const after = searchFigures(test.set, test.queries, result.adapter);
  return { ...result, prepared, tested: judgeTest(test.set, before, after, prepared.pointedTo) };
}

/** The collection's own questions, without those that are also trained on. */
async function openTest(
  { collection, language, units }: OpenedCorpus,
  given: readonly Sample[],
  { card, cache, say }: Embedding,
): Promise<{ set: TestSet; queries: Float32Array<ArrayBuffer> } | undefined> {
  if (!collection) return undefined;
  const trained = new Set(given.map(({ query }) => normaliseText(query)));
  const questions = collection.questions.flatMap(({ id, text }) => {
    const grades = collection.judgements.get(id);
    return grades && !trained.has(normaliseText(text)) ? [{ text, grades }] : [];
  });
  if (questions.length === 0) return undefined;
  const queries = await cache.embed(
    card,
    'query',
    asEncoded(
      language,
      questions.map(({ text }) => text),
    ),
    say('embedding questions'),
  );
  const documents = await cache.embed(
    card,
    'passage',
    asEncoded(language, units.map(encoded)),
    say('embedding documents'),
  );
  return { set: { model: card.key, language, dim: card.dim, units, documents, questions }, queries };
}
