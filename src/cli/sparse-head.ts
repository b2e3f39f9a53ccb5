import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { clean } from '../adapt/filters.ts';
import { resolveSamples } from '../adapt/resolve.ts';
import { readSamples } from '../adapt/samples.ts';
import { type SparsePairs, sparseObjective, type TokenText } from '../adapt/sparse.ts';
import { train } from '../adapt/train.ts';
import type { Encoder } from '../core/encoder.ts';
import { EngineError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { type SparseHead, type SparseHeadFile, sparseDot } from '../core/sparse.ts';
import type { Language, ModelCard } from '../core/types.ts';
import { createNodeEncoder, packagedModels } from '../embed/encoder.node.ts';
import { simplify } from '../search/index.ts';
import { MODELS } from './adapt/corpus.ts';
import { eachTokens, SPECIAL, sparseVectors, tokenIdf, tokenText } from './adapt/tokens.ts';
import { encoded } from './adapt/words.ts';
import { type Collection, readCollections } from './eval/collection.ts';
import { mean, ndcg } from './eval/metrics.ts';
import { cachedEncoder, leadingTokens, TokenCache } from './eval/tokens.ts';
import { progressLine } from './progress.ts';

interface Options {
  readonly train: readonly string[];
  readonly collections: string;
  readonly judge: readonly string[];
  readonly most: string;
  readonly seed: string;
  readonly cache: string;
  readonly out?: string;
}

const HEAD_FILE = 'sparse-head.json';
/** The heaviest tokens kept of a text. */
const KEEP = 256;
/** A few passes: a few hundred parameters are learned soon. */
const SCHEDULE = { epochs: 4, batch: 64, rate: 3e-3, weightDecay: 0, warmUp: 0.1 };
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
    .option('--cache <folder>', 'where token vectors are kept', '.cache/embeddings')
    .option('-o, --out <file>', 'where the head is written (default: beside the model)')
    .action(run);
}

async function run(language: string, options: Options): Promise<void> {
  if (language !== 'en' && language !== 'zh') {
    throw new EngineError('bad-input', `Expected the language en or zh, got “${language}”.`);
  }
  const native = createNodeEncoder();
  const cache = new TokenCache(native, options.cache);
  const encoder = cachedEncoder(native, cache, () => undefined);
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
    const head = headOf(card, parameters, scaleFor(parameters, pairs.passages));
    const report = await judge(options, head, names, encoder, card, line.show);
    const file: SparseHeadFile = {
      format: 2,
      model: card.encoderKey,
      keep: KEEP,
      special: SPECIAL,
      scale: head.scale,
      bias: rounded(head.bias),
      weights: [...head.weights].map(rounded),
      trainedOn: names,
      licence: names.map((name) => LICENCES[name] ?? 'MIT').some((licence) => licence.includes('SA'))
        ? 'CC BY-SA 4.0'
        : 'MIT',
      report,
    };
    const folder = join(packagedModels(), card.id);
    const out = options.out ?? join(folder, HEAD_FILE);
    writeFileSync(out, `${JSON.stringify(file)}\n`);
    if (!options.out) pin(folder);
    process.stdout.write(`Wrote ${out}.\n`);
  } finally {
    line.end();
    cache.close();
    await encoder.close();
  }
}

/** Names the head in the model's `model.json`, with its size and hash: from then on it is loaded with the model. */
function pin(folder: string): void {
  const path = join(folder, 'model.json');
  const bytes = readFileSync(join(folder, HEAD_FILE));
  const sparseHead = { path: HEAD_FILE, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  // The rest of the file stays as it is written.
  const others = readFileSync(path, 'utf8').replace(/,\n {2}"sparseHead": \{[^}]*\}/, '');
  const entry = JSON.stringify({ sparseHead }, null, 2).slice(2, -2);
  writeFileSync(path, others.replace(/\n\}\s*$/, `,\n${entry}\n}\n`));
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
    const kept = createRandom(Number(options.seed)).shuffle((await clean(samples, { language })).samples);
    const units = collectionOf(options, name)?.units ?? [];
    const found = resolveSamples(kept.slice(0, Number(options.most)), units);
    const texts = [...units.map(encoded), ...found.extras].map(inputOf(language));
    const rows = [...new Set(found.positives.map(([row]) => row!))];
    const [first, started] = [questions.length, passages.length];
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
    const asked = found.samples.map(({ query }) => inputOf(language)(query));
    await eachTokens(encoder, card, 'query', asked, keep(questions, leading), say('questions'));
    const factors = factorsOf(passages.slice(started));
    for (const [i, question] of questions.entries())
      if (i >= first) questions[i] = { ...question, factors: factors(question) };
    passageOf.push(...found.positives.map(([row]) => place.get(row!)!));
    process.stderr.write(`${name}: ${asked.length} questions, ${rows.length} passages\n`);
  }
  return { questions, passages, passageOf };
}

/** As in the engine: a model of Simplified Chinese reads Simplified Chinese. */
const inputOf = (language: Language) => (language === 'zh' ? simplify : String);

/** The idf of a question's tokens among the passages of its own collection, 1 on average. */
function factorsOf(passages: readonly TokenText[]): (question: TokenText) => Float32Array {
  const idf = tokenIdf(passages.map(({ ids }) => ids));
  const seen = [...new Set(passages.flatMap(({ ids }) => Array.from(ids)))];
  const usual = mean(seen.map(idf));
  return ({ ids }) => Float32Array.from(ids, (id) => idf(id) / usual);
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

/** nDCG@10 of the head alone and of plain token overlap (every weight 1), both times idf, over whole collections. */
async function judge(
  options: Options,
  head: SparseHead,
  trainedOn: readonly string[],
  encoder: Encoder,
  card: ModelCard,
  show: Show,
): Promise<SparseHeadFile['report']> {
  const report: Record<string, SparseHeadFile['report'][string]> = {};
  const overlap = { ...head, weights: new Float32Array(card.dim), bias: 1, scale: 1 };
  for (const name of options.judge) {
    const collection = collectionOf(options, name);
    if (!collection)
      throw new EngineError(
        'bad-input',
        `Expected a collection “${name}” in ${dirname(join(options.collections, name))}.`,
      );
    const { language, units, questions, judgements } = collection;
    const input = inputOf(language);
    const say = (step: string) => (done: number, total: number) => show(`${name}: ${step} ${done}/${total}`);
    const heads = [overlap, head];
    const documents = await sparseVectors(
      encoder,
      card,
      'passage',
      units.map((unit) => input(encoded(unit))),
      heads,
      say('passages'),
    );
    const judged = questions.filter(({ id }) => judgements.has(id));
    const asked = await sparseVectors(
      encoder,
      card,
      'query',
      judged.map(({ text }) => input(text)),
      heads,
      say('questions'),
    );
    const [plain, learned] = heads.map((_, h) => {
      const idf = tokenIdf(documents[h]!.map(({ indices }) => indices));
      return mean(
        judged.map(({ id }, q) => {
          const scores = documents[h]!.map((vector) => sparseDot(asked[h]![q]!, vector, idf));
          const ranked = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, 10);
          return ndcg(
            ranked.map((row) => units[row]!.id),
            judgements.get(id)!,
            10,
          );
        }),
      );
    });
    const inDomain = trainedOn.includes(name);
    report[name] = { overlap: rounded(plain!), head: rounded(learned!), inDomain, questions: judged.length };
    process.stdout.write(
      `${name}${inDomain ? ' (in domain)' : ''}: overlap ${plain!.toFixed(4)}, head ${learned!.toFixed(4)}, ${judged.length} questions\n`,
    );
  }
  return report;
}

function headOf(card: ModelCard, parameters: Float32Array, scale: number): SparseHead {
  const weights = parameters.slice(0, card.dim).map(rounded);
  return {
    model: card.encoderKey,
    scale,
    weights,
    bias: rounded(parameters[card.dim]!),
    keep: KEEP,
    special: new Set(SPECIAL),
  };
}

/** The largest weight of a passage's token has the largest impact. */
function scaleFor(parameters: Float32Array, passages: readonly TokenText[]): number {
  const dim = parameters.length - 1;
  let largest = 0;
  for (const { ids, vectors } of passages) {
    for (let t = 0; t < ids.length; t++) {
      let weight = parameters[dim]!;
      for (let j = 0; j < dim; j++) weight += parameters[j]! * vectors[t * dim + j]!;
      largest = Math.max(largest, weight);
    }
  }
  return rounded(255 / largest);
}

/** Six digits: the file says what was judged. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
