import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { encodeAdapter } from '../adapt/adapter-file.ts';
import { syntheticSamples } from '../adapt/synthetic.ts';
import type { Sample, TrainOptions } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { runEvents, runEventsName } from '../core/run-events.ts';
import { createNodeEncoder } from '../embed/encoder.node.ts';
import { MODELS, type OpenedCorpus, openCorpus } from './adapt/corpus.ts';
import { crossValidate } from './adapt/cross.ts';
import { isAnswers, readBlockList, readTraining } from './adapt/given.ts';
import { judgementTable, stepLines } from './adapt/print.ts';
import { teachAndJudge } from './adapt/teach.ts';
import { EmbeddingCache } from './eval/embeddings.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly train?: readonly string[];
  readonly synthetic?: string;
  readonly blockList?: string;
  readonly cross?: string;
  readonly out: string;
  readonly log?: string;
  readonly tensorboard?: string;
  readonly cache: string;
  readonly seed: string;
  readonly epochs?: string;
  readonly rank?: string;
  readonly rate?: string;
}

/** `nearfield adapt <folder> --train <file>…`: teaches the engine a domain, and says whether it learned. */
export function adaptCommand(program: Command): void {
  program
    .command('adapt')
    .description('train a query adapter from pairs and judge it, before against after')
    .argument('<folder>', 'folder with text, Markdown or HTML, or a collection in BEIR format')
    .option('-t, --train <files...>', 'samples: JSONL {query, pos, neg}, CSV, TSV, or a folder in BEIR format')
    .option(
      '--synthetic <count>',
      'also make so many questions a passage from headings, first sentences and key phrases',
    )
    .option('--block-list <file>', 'leave out samples with these words, phrases and /expressions/, one a line')
    .option('--cross <folds>', "train and judge on the collection's own questions, each held out once")
    .option('-o, --out <file>', 'where the adapter is written', 'adapter.nfqa')
    .option('--log <file>', 'write the run log as JSON')
    .option('--tensorboard <folder>', 'write the run’s curves for TensorBoard (“wandb sync” takes them too)')
    .option('--cache <folder>', 'where embeddings are kept', '.cache/embeddings')
    .option('--seed <number>', 'the same seed and data give the same adapter', '1')
    .option('--epochs <count>', 'times through the questions, at most')
    .option('--rank <rank>', 'rank of the map; 0 is a full matrix')
    .option('--rate <rate>', 'highest learning rate')
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const encoder = createNodeEncoder();
  const cache = new EmbeddingCache(encoder, options.cache);
  const line = progressLine();
  const say = (step: string) => (done: number, total: number) => line.show(`${step} ${done}/${total}`);
  try {
    const corpus = await openCorpus(folder, encoder);
    const card = await encoder.load(MODELS[corpus.language]);
    const embed = { card, cache, say };
    if (options.cross) {
      const folds = wholeNumber('--cross', options.cross, 2);
      const judged = await crossValidate(corpus, folds, embed, trainingOf(options));
      process.stdout.write(`${judgementTable(`${basename(resolve(folder))}, ${folds} folds`, judged)}\n`);
      return;
    }

    const given = (options.train ?? []).flatMap(readGiven);
    const made = options.synthetic ? await synthesise(corpus, wholeNumber('--synthetic', options.synthetic, 1)) : [];
    if (given.length + made.length === 0) {
      throw new EngineError(
        'bad-input',
        'Expected samples to learn from; name a file with --train, or use --synthetic.',
      );
    }
    warnOfKinds(folder, options.train ?? []);
    process.stderr.write(`${given.length} samples given, ${made.length} made\n`);
    const { log, adapter, prepared, tested } = await teachAndJudge(
      corpus,
      [...given, ...made],
      embed,
      trainingOf(options),
      readBlockList(options.blockList),
    );
    process.stdout.write(`${judgementTable('Validation, held-out folds', log.validation)}\n`);
    if (log.test) process.stdout.write(`${judgementTable('Test, questions kept out of everything', log.test)}\n`);
    if (tested) {
      process.stdout.write(`${judgementTable(`Test, the questions of ${basename(resolve(folder))}`, tested)}\n`);
    }
    process.stdout.write(`${log.verdict}\n`);
    if (options.log) writeFileSync(options.log, `${JSON.stringify(log, null, 1)}\n`);
    if (options.tensorboard) {
      mkdirSync(options.tensorboard, { recursive: true });
      writeFileSync(join(options.tensorboard, runEventsName(log)), runEvents(log));
    }
    if (adapter) {
      const synthetic = prepared.samples.filter(({ origin }) => origin === 'synthetic').length;
      const name = basename(resolve(folder));
      const bytes = encodeAdapter(adapter, { name, model: card.key, dataHash: log.dataHash, synthetic, log });
      writeFileSync(options.out, bytes);
      process.stdout.write(`Wrote ${options.out} (${Math.round(bytes.length / 1024)} KB).\n`);
    }
  } finally {
    line.end();
    await encoder.close();
  }
}

/** With the format's report on stderr. */
function readGiven(path: string): Sample[] {
  const { samples, report } = readTraining(path);
  process.stderr.write(`${path}\n${stepLines([report])}\n`);
  return samples;
}

function warnOfKinds(folder: string, files: readonly string[]): void {
  if (!files.some(isAnswers)) return;
  process.stderr.write(
    `Note: question–answer pairs teach how answers sound more than what they are about; for finding passages of ${folder}, question–document pairs teach more.\n`,
  );
}

function synthesise({ units, chunks }: OpenedCorpus, perSource: number): Promise<Sample[]> {
  const sources = chunks
    ? chunks.map(({ id, title, headings, text }) => ({ id, headings: [title, ...headings], text }))
    : units.map(({ id, title, text }) => ({ id, headings: [title], text }));
  return syntheticSamples(sources, { perSource, seed: 1 });
}

function trainingOf({ seed, epochs, rank, rate }: Options): Partial<TrainOptions> {
  return {
    seed: wholeNumber('--seed', seed, 0),
    ...(epochs ? { epochs: wholeNumber('--epochs', epochs, 1) } : {}),
    ...(rank ? { rank: wholeNumber('--rank', rank, 0) } : {}),
    ...(rate ? { rate: Number(rate) } : {}),
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new EngineError('bad-input', `Expected ${name} to be a whole number from ${least} up, got “${text}”.`);
}
