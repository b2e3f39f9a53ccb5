import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { clean } from '../adapt/filters.ts';
import { createRandom } from '../adapt/random.ts';
import { resolveSamples } from '../adapt/resolve.ts';
import { readSamples } from '../adapt/samples.ts';
import { type SparsePairs, sparseObjective, type TokenText } from '../adapt/sparse.ts';
import { train } from '../adapt/train.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { type SparseHead, type SparseHeadFile, sparseDot } from '../core/sparse.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { createNodeEncoder, packagedModels } from '../embed/encoder.node.ts';
import { MODELS } from './adapt/corpus.ts';
import { eachTokens, leadingTokens, SPECIAL, sparseVectors, tokenText } from './adapt/tokens.ts';
import { encoded } from './adapt/words.ts';
import { type Collection, readCollections } from './eval/collection.ts';
import { mean, ndcg } from './eval/metrics.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly train: readonly string[];
  readonly collections: string;
  readonly judge: readonly string[];
  readonly most: string;
  readonly seed: string;
  readonly out?: string;
}

/** The heaviest tokens kept of a text. */
const KEEP = 256;
/** Two passes, as in the prototype: a few hundred parameters are learned soon. */
const SCHEDULE = { epochs: 3, batch: 32, rate: 3e-3, weightDecay: 0, warmUp: 0.1 };
const LICENCES: Readonly<Record<string, string>> = { squad2: 'CC BY-SA 4.0', cmrc2018: 'CC BY-SA 4.0' };

/** `nearfield sparse-head <language>`: trains the learned-sparse head that is shipped with a model. */
export function sparseHeadCommand(program: Command): void {
  program
    .command('sparse-head')
    .description('train the learned-sparse head of a model on question–passage pairs')
    .argument('<language>', 'en or zh')
    .requiredOption('-t, --train <files...>', 'JSONL {query, pos}; ids are those of the collection of the same name')
    .requiredOption('--collections <folder>', 'where the BEIR folders lie')
    .option('--judge <names...>', 'collections to judge the head on', [])
    .option('--most <count>', 'questions to train on, at most, of each file', '2000')
    .option('--seed <number>', 'the same seed and data give the same head', '1')
    .option('-o, --out <file>', 'where the head is written (default: beside the model)')
    .action(run);
}

async function run(language: string, options: Options): Promise<void> {
  if (language !== 'en' && language !== 'zh') {
    throw new EngineError('bad-input', `Expected the language en or zh, got “${language}”.`);
  }
  const encoder = createNodeEncoder();
  const line = progressLine();
  try {
    const card = await encoder.load(MODELS[language]);
    const names = options.train.map((file) => basename(file, '.jsonl'));
    const pairs = await readPairs(options, language, encoder, card, line.show);
    const parameters = new Float32Array(card.dim + 1);
    parameters[card.dim] = 1;
    const random = createRandom(Number(options.seed));
    for (const { epoch, epochDone, loss } of train(
      parameters,
      sparseObjective(parameters, pairs, 1),
      SCHEDULE,
      random,
    )) {
      if (epochDone) process.stderr.write(`epoch ${epoch}  loss ${loss.toFixed(4)}\n`);
    }
    const head = headOf(card, parameters);
    const report = await judge(options, head, names, encoder, card, line.show);
    const file: SparseHeadFile = {
      format: 1,
      model: card.key,
      keep: KEEP,
      special: SPECIAL,
      bias: rounded(head.bias),
      weights: [...head.weights].map(rounded),
      trainedOn: names,
      licence: names.map((name) => LICENCES[name] ?? 'MIT').some((licence) => licence.includes('SA'))
        ? 'CC BY-SA 4.0'
        : 'MIT',
      report,
    };
    const out = options.out ?? join(packagedModels(), card.id, 'sparse-head.json');
    writeFileSync(out, `${JSON.stringify(file)}\n`);
    process.stdout.write(`Wrote ${out}.\n`);
  } finally {
    line.end();
    await encoder.close();
  }
}

type Show = (text: string) => void;

async function readPairs(
  options: Options,
  language: Language,
  encoder: Encoder,
  card: ModelCard,
  show: Show,
): Promise<SparsePairs> {
  const questions: TokenText[] = [];
  const passages: TokenText[] = [];
  const passageOf: number[] = [];
  const leading = await leadingTokens(encoder, card);
  for (const file of options.train) {
    const name = basename(file, '.jsonl');
    const { samples } = readSamples(file, readFileSync(file, 'utf8'));
    const kept = createRandom(Number(options.seed)).shuffle(clean(samples, { language }).samples);
    const units = collectionOf(options, name)?.units ?? [];
    const found = resolveSamples(kept.slice(0, Number(options.most)), units);
    const texts = [...units.map(encoded), ...found.extras];
    const rows = [...new Set(found.positives.map(([row]) => row!))];
    const place = new Map(rows.map((row, i) => [row, passages.length + i]));
    const say = (step: string) => (done: number, total: number) => show(`${name}: ${step} ${done}/${total}`);
    const keep = (list: TokenText[], skip: number) => (_: number, ids: Int32Array, vectors: Float32Array) => {
      list.push(tokenText(ids, vectors, card.dim, skip));
    };
    await eachTokens(
      encoder,
      card,
      'passage',
      rows.map((row) => texts[row]!),
      keep(passages, 0),
      say('passages'),
    );
    const asked = found.samples.map(({ query }) => query);
    await eachTokens(encoder, card, 'query', asked, keep(questions, leading), say('questions'));
    passageOf.push(...found.positives.map(([row]) => place.get(row!)!));
    process.stderr.write(`${name}: ${asked.length} questions, ${rows.length} passages\n`);
  }
  return { questions, passages, passageOf };
}

/** The collection of a name, if there is one: a training file may hold its texts itself. */
function collectionOf({ collections }: Options, name: string): Collection | undefined {
  try {
    return readCollections(join(resolve(collections), name))[0];
  } catch (error) {
    if (error instanceof EngineError && error.code === 'file-unreadable') return undefined;
    throw error;
  }
}

/** nDCG@10 of the head alone and of plain token overlap (every weight 1), over whole collections. */
async function judge(
  options: Options,
  head: SparseHead,
  trainedOn: readonly string[],
  encoder: Encoder,
  card: ModelCard,
  show: Show,
): Promise<SparseHeadFile['report']> {
  const report: Record<string, SparseHeadFile['report'][string]> = {};
  const overlap = { ...head, weights: new Float32Array(card.dim), bias: 1 };
  for (const name of options.judge) {
    const collection = collectionOf(options, name);
    if (!collection)
      throw new EngineError(
        'bad-input',
        `Expected a collection “${name}” in ${dirname(join(options.collections, name))}.`,
      );
    const { units, questions, judgements } = collection;
    const say = (step: string) => (done: number, total: number) => show(`${name}: ${step} ${done}/${total}`);
    const heads = [overlap, head];
    const documents = await sparseVectors(encoder, card, 'passage', units.map(encoded), heads, say('passages'));
    const judged = questions.filter(({ id }) => judgements.has(id));
    const asked = await sparseVectors(
      encoder,
      card,
      'query',
      judged.map(({ text }) => text),
      heads,
      say('questions'),
    );
    const [plain, learned] = heads.map((_, h) =>
      mean(
        judged.map(({ id }, q) => {
          const scores = documents[h]!.map((vector) => sparseDot(asked[h]![q]!, vector));
          const ranked = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 10);
          return ndcg(
            ranked.map((row) => units[row]!.id),
            judgements.get(id)!,
            10,
          );
        }),
      ),
    );
    const inDomain = trainedOn.includes(name);
    report[name] = { overlap: rounded(plain!), head: rounded(learned!), inDomain, questions: judged.length };
    process.stdout.write(
      `${name}${inDomain ? ' (in domain)' : ''}: overlap ${plain!.toFixed(4)}, head ${learned!.toFixed(4)}, ${judged.length} questions\n`,
    );
  }
  return report;
}

function headOf(card: ModelCard, parameters: Float32Array): SparseHead {
  const weights = parameters.slice(0, card.dim).map(rounded);
  return { model: card.key, weights, bias: rounded(parameters[card.dim]!), keep: KEEP, special: new Set(SPECIAL) };
}

/** Six digits: the file says what was judged. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
