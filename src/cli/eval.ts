import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Hit } from '../core/answer.ts';
import type { Encoder } from '../core/encoder.ts';
import type { GlossaryEntry } from '../core/expansion.ts';
import { MODELS, type ModelNames, modelNames } from '../core/models.ts';
import { passageText } from '../core/passage.ts';
import type { ModelKey } from '../core/types.ts';
import { nodeEncoderFor, withCrossEncoder } from '../embed/any.node.ts';
import { bertRuntime } from '../embed/bert/runtime.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { nativeRuntime } from '../embed/runtime.node.ts';
import type { Runtime } from '../embed/session.ts';
import { createReranker, crossRerank, expandBy, simplify, strangers } from '../search/index.ts';
import { type Collection, readCollections } from './eval/collection.ts';
import { type Evaluation, evaluate, knownQuestions, type Prepared } from './eval/evaluate.ts';
import { measureLate } from './eval/late.ts';
import { passagesOf } from './eval/passages.ts';
import { ablation, lateTable, table } from './eval/table.ts';
import { cachedEncoder, leadingTokens, packagedHead, TokenCache } from './eval/tokens.ts';
import { glossaryAt } from './glossary.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly json?: string;
  readonly cache?: string;
  readonly own?: boolean;
  readonly keywords?: boolean;
  readonly threads?: string;
  readonly model: string;
  readonly rerank?: boolean;
  readonly ablate?: boolean;
  readonly late?: boolean;
  readonly glossary?: string;
  readonly crossEncoder?: string;
  readonly titleWeight: string;
}

/** Bytes of passages' token vectors that are held in memory between questions. */
const KEPT_BYTES = 1 << 30;

/** Late chunking for a model that asks for none. */
const LATE = { window: 192, mix: 0.3, upTo: 64 };

/** `nearfield eval <folder>…`: how well questions find their documents, and whether what has no answer is refused. */
export function evalCommand(program: Command): void {
  program
    .command('eval')
    .description('measure retrieval and refusal on collections in BEIR format')
    .argument('<folders...>', 'folders with corpus.jsonl, queries.jsonl and qrels.tsv')
    .option('--json <file>', 'also write the figures to this file')
    .option('--cache <folder>', 'where embeddings are kept (default: .cache/embeddings, with --own another)')
    .option('--own', "encode by our own kernels, as browsers do, instead of ONNX Runtime's native build")
    .option('--model <id>', 'another model: small, a folder with its files, or an id on the Hugging Face hub', 'full')
    .option('--rerank', 'also measure reranking (`full`)')
    .option('--ablate', 'also print what is left with each method off')
    .option('--cross-encoder <id>', 'also measure a model that reads the first passages (`cross`)')
    .option('--glossary <file>', 'terms and what documents call them: both are looked for')
    .option('--title-weight <count>', 'how often a word of a title counts', '1')
    .option('--late', 'measure late chunking instead, on folders with answers.tsv')
    .option('--threads <count>', 'threads of the model (default: all cores)')
    .option('--keywords', 'measure BM25 alone, without any model')
    .action(run);
}

function runtimeOf({ own, threads }: Options): Runtime | undefined {
  if (own) return bertRuntime({ otherwise: async () => nativeRuntime() });
  return threads === undefined ? undefined : nativeRuntime(Number(threads));
}

async function run(folders: readonly string[], options: Options): Promise<void> {
  const collections = folders.flatMap(readCollections);
  const glossary = options.glossary === undefined ? undefined : await glossaryAt(options.glossary);
  const fields = { title: Number(options.titleWeight) };
  const named = options.model in MODELS ? undefined : nodeEncoderFor(options.model);
  const models = modelNames(named?.id ?? options.model);
  const native = named?.encoder ?? createNodeEncoder(undefined, runtimeOf(options));
  // Both runtimes make vectors under one key; what is compared must not be mixed.
  const cache = new TokenCache(native, options.cache ?? `.cache/embeddings${options.own ? '-own' : ''}`);
  const encoder = cachedEncoder(native, cache, (card) => packagedHead(card, named?.folder));
  const beside = options.crossEncoder === undefined ? undefined : withCrossEncoder(native, options.crossEncoder);
  const cross = beside && {
    cross: (query: string, hits: readonly Hit[]) => crossRerank(beside.encoder, beside.crossEncoder, query, hits),
  };
  if (options.late) return late(folders, native, cache, models);
  const results = new Map<string, Evaluation>();
  const keys = new Set<ModelKey>();
  try {
    for (const collection of collections) {
      const line = progressLine();
      const say = (step: string) => (done: number, total: number) =>
        line.show(`${collection.name}: ${step} ${done}/${total}`);
      const prepared = options.keywords
        ? { passages: await passagesOf(collection), ...meantBy(collection, glossary) }
        : await prepare(collection, encoder, cache, options.rerank === true, say, glossary, models);
      const model = prepared.model && { model: { ...prepared.model, ...cross } };
      if (prepared.model) keys.add(prepared.model.card.key);
      results.set(
        collection.name,
        await evaluate(collection, { ...prepared, ...model, fields }, say('searching'), options.ablate),
      );
      line.end();
    }
  } finally {
    cache.close();
    await (beside?.encoder ?? native).close();
  }
  process.stdout.write(`${table(results)}\n`);
  if (options.ablate) process.stdout.write(`\n${ablation(results)}\n\nmodels: ${[...keys].join(', ')}\n`);
  if (options.json) {
    const json = [...results].map(([name, { retrievers, refusal }]) => [name, { ...retrievers, refusal }]);
    writeFileSync(options.json, `${JSON.stringify(Object.fromEntries(json), null, 1)}\n`);
  }
}

/** What late chunking gains, by size of chunk; with the model's own settings, or those that were found best where it has none. */
async function late(
  folders: readonly string[],
  encoder: Encoder,
  cache: TokenCache,
  models: ModelNames,
): Promise<void> {
  try {
    for (const folder of folders) {
      const line = progressLine();
      const say = (step: string) => (done: number, total: number) => line.show(`${step} ${done}/${total}`);
      const { language, name } = readCollections(folder)[0]!;
      const card = await encoder.load(models[language]);
      const figures = await measureLate(folder, encoder, cache, card, card.lateChunking ?? LATE, say);
      line.end();
      process.stdout.write(`${lateTable(name, figures)}\n\nmodel: ${card.key}\n`);
    }
  } finally {
    cache.close();
    await encoder.close();
  }
}

export async function prepare(
  collection: Collection,
  encoder: Encoder,
  cache: TokenCache,
  isReranked: boolean,
  say: (step: string) => (done: number, total: number) => void,
  glossary?: readonly GlossaryEntry[],
  models: ModelNames = MODELS.full,
): Promise<Prepared> {
  const { language, questions } = collection;
  const { also } = meantBy(collection, glossary);
  const card = await encoder.load(models[language]);
  // As in the engine: a model of Simplified Chinese reads Simplified Chinese.
  const input = language === 'zh' ? simplify : String;
  const passages = await passagesOf(collection, encoder, card);
  const texts = {
    passage: passages.map((one) => input(passageText(one))),
    query: questions.map(({ text }) => input(text)),
    meant: questions.map(({ text }, i) => input([text, ...(also?.[i] ?? []).map((term) => term.text)].join(' '))),
  };
  await cache.fill(card, 'passage', texts.passage, say('embedding passages'));
  await cache.fill(card, 'query', texts.query, say('embedding questions'));
  if (also) await cache.fill(card, 'query', texts.meant, say('embedding what questions mean'));
  const model = {
    card,
    passages: await encoder.embed(card.id, 'passage', texts.passage, { sparse: card.sparse }),
    questions: await encoder.embed(card.id, 'query', texts.query, { sparse: card.sparse, tokens: true }),
    instruction: (await leadingTokens(encoder, card)) - 1,
    ...(also && { meant: await encoder.embed(card.id, 'query', texts.meant, { sparse: card.sparse }) }),
    known: await encoder.embed(
      card.id,
      'passage',
      knownQuestions(passages).map(({ text }) => input(text)),
    ),
    strangers: await encoder.embed(card.id, 'query', strangers(language).map(input), { sparse: card.sparse }),
    ...(isReranked && { reranker: createReranker(encoder, undefined, KEPT_BYTES) }),
  };
  return { passages, model, ...(also && { also }) };
}

/** What a glossary says of each question; nothing without one. */
const meantBy = ({ questions }: Collection, glossary: readonly GlossaryEntry[] | undefined) =>
  glossary ? { also: questions.map(({ text }) => expandBy(glossary, text)) } : {};
