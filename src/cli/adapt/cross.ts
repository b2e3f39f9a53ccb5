import type { Figured } from '../../adapt/evaluate.ts';
import { judgements } from '../../adapt/judgements.ts';
import { deal, holdOut } from '../../adapt/split.ts';
import type { Judgements, Sample, TrainOptions } from '../../core/adapt.ts';
import { EngineError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import type { OpenedCorpus } from './corpus.ts';
import { searchFigures } from './judge.ts';
import { type Embedding, prepare } from './prepare.ts';
import { trainWatched } from './session.ts';
import { asEncoded, encoded } from './words.ts';

/** Trains `folds` times on a collection's own questions, each time without one fold, and judges each question once, by the search stage. */
export async function crossValidate(
  corpus: OpenedCorpus,
  folds: number,
  embed: Embedding,
  options: Partial<TrainOptions>,
): Promise<Judgements> {
  const { card, cache, say } = embed;
  const { collection, units, language } = corpus;
  if (!collection)
    throw new EngineError('bad-input', 'Expected a folder with queries.jsonl and qrels.tsv for --cross.');
  const asked = collection.questions.flatMap(({ id, text }) => {
    const grades = collection.judgements.get(id);
    return grades ? [{ text, grades }] : [];
  });
  const rows = new Map(units.map(({ id }, row) => [id, row]));
  const positives = asked.map(({ grades }) => [...grades.keys()].flatMap((id) => rows.get(id) ?? []));
  const dealt = deal(positives, folds, createRandom(options.seed ?? 1));
  const documents = await cache.embed(
    card,
    'passage',
    asEncoded(language, units.map(encoded)),
    say('embedding documents'),
  );

  const before: Figured = { dense: [], fused: [] };
  const after: Figured = { dense: [], fused: [] };
  const untouched: boolean[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const { train, held } = holdOut(dealt, fold, [...asked.keys()]);
    const samples = train.map((i): Sample => {
      const { text, grades } = asked[i]!;
      return { query: text, pos: [...grades.keys()], neg: [], kind: 'question-document', origin: 'file' };
    });
    process.stderr.write(
      `Fold ${fold + 1} of ${folds}: ${train.length} questions to learn from, ${held.length} to judge by\n`,
    );
    const prepared = await prepare(samples, corpus, embed);
    const { log, adapter } = await trainWatched(prepared, { ...options, testShare: 0 });
    process.stderr.write(`${log.verdict}\n`);
    const questions = held.map((i) => asked[i]!);
    const queries = await cache.embed(
      card,
      'query',
      asEncoded(
        language,
        questions.map(({ text }) => text),
      ),
      say('embedding questions'),
    );
    const test = { model: card.key, language, dim: card.dim, units, documents, questions };
    const [own, adapted] = [undefined, adapter].map((one) => searchFigures(test, queries, one));
    for (const method of ['dense', 'fused'] as const) {
      before[method].push(...own![method]);
      after[method].push(...adapted![method]);
    }
    untouched.push(...questions.map(({ grades }) => ![...grades.keys()].some((id) => prepared.pointedTo.has(id))));
  }
  return judgements(before, after, untouched);
}
