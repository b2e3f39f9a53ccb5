import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { flagEmbedding, scoredPairs, sentenceTransformers, withTexts } from '../adapt/export.ts';
import { clean } from '../adapt/filters.ts';
import { hardNegatives } from '../adapt/negatives.ts';
import { readLabelledPairs } from '../adapt/pairs.ts';
import { resolveSamples } from '../adapt/resolve.ts';
import type { Sample } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { MODELS, openCorpus } from './adapt/corpus.ts';
import { readBlockList, readTraining } from './adapt/given.ts';
import { prepare } from './adapt/prepare.ts';
import { stepLines } from './adapt/print.ts';
import { EmbeddingCache } from './eval/embeddings.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly train: readonly string[];
  readonly pairs?: string;
  readonly mine?: string;
  readonly blockList?: string;
  readonly out: string;
  readonly cache: string;
}

/** `nearfield export-training <folder> --train <file>…`: what trainers of whole encoders read. */
export function exportTrainingCommand(program: Command): void {
  program
    .command('export-training')
    .description('write cleaned training pairs, with mined hard negatives, for FlagEmbedding and sentence-transformers')
    .argument('<folder>', 'the collection the samples name documents of: files, or BEIR format')
    .requiredOption('-t, --train <files...>', 'samples: JSONL {query, pos, neg}, CSV, TSV, or a folder in BEIR format')
    .option('--pairs <file>', 'labelled sentence pairs: sentence, sentence, 1 or 0')
    .option('--block-list <file>', 'leave out samples with these words, phrases and /expressions/, one a line')
    .option('--mine <count>', 'hard negatives to mine for each question with the engine')
    .option('-o, --out <folder>', 'where the files are written', 'training')
    .option('--cache <folder>', 'where embeddings are kept', '.cache/embeddings')
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const encoder = createNodeEncoder();
  const line = progressLine();
  const say = (step: string) => (done: number, total: number) => line.show(`${step} ${done}/${total}`);
  try {
    const corpus = await openCorpus(folder, encoder);
    const given = options.train.flatMap((file) => readTraining(file).samples);
    const blocked = readBlockList(options.blockList);
    let samples: readonly Sample[];
    if (options.mine) {
      const count = Number(options.mine);
      if (!Number.isInteger(count) || count < 1) {
        throw new EngineError('bad-input', `Expected --mine to be a whole number from 1 up, got “${options.mine}”.`);
      }
      const card = await encoder.load(MODELS[corpus.language]);
      const cache = new EmbeddingCache(encoder, options.cache);
      const { set, samples: kept, steps } = await prepare(given, corpus, { card, cache, say }, blocked);
      const mined = hardNegatives(set.queries, set.documents, set.positives);
      const nameOf = (row: number) => corpus.units[row]?.id;
      samples = kept.map((sample, i) => {
        const names = mined[i]!.map(nameOf).filter((name) => name !== undefined);
        return { ...sample, neg: [...sample.neg, ...names.slice(0, count)] };
      });
      line.end();
      process.stderr.write(`${stepLines(steps)}\n`);
    } else {
      const cleaned = await clean(given, { language: corpus.language, ...(blocked && { blocked }) });
      const found = resolveSamples(cleaned.samples, corpus.units);
      samples = found.samples;
      process.stderr.write(`${stepLines([...cleaned.steps, found.report])}\n`);
    }
    const texts = new Map(corpus.units.map(({ id, title, text }) => [id, title === '' ? text : `${title}\n${text}`]));
    const resolved = withTexts(samples, (name) => texts.get(name));
    const files: Record<string, string> = {
      'flag-embedding.jsonl': flagEmbedding(resolved),
      'sentence-transformers.jsonl': sentenceTransformers(resolved),
    };
    if (options.pairs) {
      const pairs = readLabelledPairs(basename(options.pairs), readFileSync(options.pairs, 'utf8'));
      files['sentence-transformers-pairs.jsonl'] = scoredPairs(pairs);
    }
    mkdirSync(options.out, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(options.out, name), content);
      process.stdout.write(`Wrote ${join(options.out, name)} (${content.split('\n').length - 1} lines).\n`);
    }
  } finally {
    line.end();
    await encoder.close();
  }
}
