import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Encoder } from '../core/encoder.ts';
import { passageText } from '../core/passage.ts';
import type { Language } from '../core/types.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { nativeRuntime } from '../embed/runtime.node.ts';
import { createReranker, simplify } from '../search/index.ts';
import { type Collection, readCollections } from './eval/collection.ts';
import { EmbeddingCache } from './eval/embeddings.ts';
import { type CollectionVectors, type Evaluation, evaluate } from './eval/evaluate.ts';
import { ablation, table } from './eval/table.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly json?: string;
  readonly cache: string;
  readonly keywords?: boolean;
  readonly threads?: string;
  readonly rerank?: boolean;
  readonly ablate?: boolean;
}

const MODELS: Record<Language, string> = { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' };

/** `nearfield eval <folder>…`: how well questions find their documents, and whether what has no answer is refused. */
export function evalCommand(program: Command): void {
  program
    .command('eval')
    .description('measure retrieval and refusal on collections in BEIR format')
    .argument('<folders...>', 'folders with corpus.jsonl, queries.jsonl and qrels.tsv')
    .option('--json <file>', 'also write the figures to this file')
    .option('--cache <folder>', 'where embeddings are kept', '.cache/embeddings')
    .option('--rerank', 'also measure reranking (`full`); the passages of every page are encoded again')
    .option('--ablate', 'also print what is left with each method off')
    .option('--threads <count>', 'threads of the model (default: all cores)')
    .option('--keywords', 'measure BM25 alone, without any model')
    .action(run);
}

async function run(folders: readonly string[], options: Options): Promise<void> {
  const collections = folders.flatMap(readCollections);
  const encoder = createNodeEncoder(undefined, options.threads ? nativeRuntime(Number(options.threads)) : undefined);
  const cache = new EmbeddingCache(encoder, options.cache);
  const results = new Map<string, Evaluation>();
  try {
    for (const collection of collections) {
      const line = progressLine();
      const say = (step: string) => (done: number, total: number) =>
        line.show(`${collection.name}: ${step} ${done}/${total}`);
      const vectors = options.keywords ? undefined : await embedAll(collection, encoder, cache, say);
      const reranker = options.rerank ? createReranker(encoder, Number.POSITIVE_INFINITY) : undefined;
      results.set(collection.name, await evaluate(collection, vectors, say('searching'), reranker));
      line.end();
    }
  } finally {
    await encoder.close();
  }
  process.stdout.write(`${table(results)}\n`);
  if (options.ablate) process.stdout.write(`\n${ablation(results)}\n`);
  if (options.json) {
    const json = [...results].map(([name, { retrievers, refusal }]) => [name, { ...retrievers, refusal }]);
    writeFileSync(options.json, `${JSON.stringify(Object.fromEntries(json), null, 1)}\n`);
  }
}

async function embedAll(
  { language, units, questions }: Collection,
  encoder: Encoder,
  cache: EmbeddingCache,
  say: (step: string) => (done: number, total: number) => void,
): Promise<CollectionVectors> {
  const card = await encoder.load(MODELS[language]);
  // As in the engine: a model of Simplified Chinese reads Simplified Chinese.
  const input = language === 'zh' ? simplify : String;
  const texts = units.map(({ title, text }) => input(passageText({ title, headings: [], text })));
  return {
    card,
    units: await cache.embed(card, 'passage', texts, say('embedding documents')),
    questions: await cache.embed(
      card,
      'query',
      questions.map(({ text }) => input(text)),
      say('embedding questions'),
    ),
  };
}
