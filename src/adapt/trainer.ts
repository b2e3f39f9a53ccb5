import type {
  EpochRecord,
  JudgedQuestion,
  Judgements,
  QueryAdapter,
  RunOptions,
  Trainer,
  TrainingSet,
  TrainOptions,
  TrainProgress,
  TrainResult,
} from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { changeOf } from './adapter.ts';
import { rounded } from './adapter-file.ts';
import { checkTrainingSet } from './check.ts';
import { bestOf, gainOver, type KindCounts } from './choose.ts';
import { type Control, createControl } from './control.ts';
import { judge } from './evaluate.ts';
import { createFold, deciding, type Fold, type Pooled, pool, recordOf, splits } from './folds.ts';
import { decisive, judgements } from './judgements.ts';
import type { Linear } from './linear.ts';
import { addProduct } from './matrix.ts';
import { hardNegatives, NEGATIVES } from './negatives.ts';
import { trainOptions } from './options.ts';
import { cosineSpreadOf, type RetrievalData } from './retrieval.ts';
import { deal } from './split.ts';

/** A trainer in this thread. Between steps it gives way to messages, so that pause, stop and abort are heard. */
export function createTrainer(): Trainer {
  let control: Control | undefined;
  return {
    async train(set, options, run = {}) {
      if (control) throw new EngineError('busy', 'Expected no run in progress; wait for it, or stop it first.');
      control = createControl();
      try {
        return await runTraining(set, trainOptions(options), run, control);
      } finally {
        control = undefined;
      }
    },
    async pause() {
      control?.pause();
    },
    async resume() {
      control?.resume();
    },
    async stop() {
      control?.stop();
    },
    async close() {
      control?.stop();
    },
  };
}

/** Beyond this many questions one fifth is held out once, instead of each question once: three runs would take long. */
const CROSS_VALIDATED = 1500;

/** Questions judged after an epoch, over all folds: more cost time and hardly sharpen the figure. */
const MOST_JUDGED = 800;

/**
 * 1. Keep some questions out of everything (test). 2. Mine negatives. 3. Train on part of the rest and judge on the
 * other part after every epoch, for every strength, in folds that move in step: this chooses epoch and strength, with
 * identity in the running. 4. Train on all but the test to the chosen epoch. 5. Judge on the test; an adapter that
 * fails there is dropped.
 */
async function runTraining(
  set: TrainingSet,
  options: TrainOptions,
  { signal, onProgress }: RunOptions,
  control: Control,
): Promise<TrainResult> {
  const startedAt = new Date();
  checkTrainingSet(set);
  const tell = (progress: TrainProgress) => onProgress?.(progress);
  const notes: string[] = [];
  const random = createRandom(options.seed);
  const everyone = set.positives.map((_, i) => i);
  const testing = deal(set.positives, options.testShare > 0 ? Math.round(1 / options.testShare) : 1, random);
  const inTest = (i: number) => options.testShare > 0 && testing[i] === 0;
  const known = everyone.filter((i) => !inTest(i));
  const test = everyone.filter(inTest);

  tell({ kind: 'phase', phase: 'negatives' });
  const data = prepare(set, options);
  await control.turn(signal);

  tell({ kind: 'phase', phase: 'folds' });
  const crossed = known.length <= CROSS_VALIDATED;
  const dealt = deal(set.positives, crossed ? 3 : 5, random);
  const parts = splits(dealt, crossed ? 3 : 1, known);
  if (parts.some((part) => part.held.length === 0 || part.train.length === 0)) {
    throw new EngineError(
      'bad-input',
      'Expected questions to hold out and to train on, got an empty split; add pairs.',
    );
  }
  const folds = parts.map((part, k) =>
    createFold(data, part, options, options.seed + k + 1, MOST_JUDGED / parts.length),
  );
  const search = await searchEpochs(folds, options, control, signal, tell);

  const { best, identity, records, counts } = search;
  const summary = { options, questions: set.positives.length, documents: set.documents.length / set.dim };
  const finish = (
    kept: 'adapter' | 'identity',
    verdict: string,
    tested: Judgements | undefined,
  ): TrainResult['log'] => ({
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    model: set.model,
    dataHash: set.dataHash,
    ...summary,
    epochs: records,
    kept,
    epoch: kept === 'adapter' ? best.epoch : 0,
    alpha: kept === 'adapter' ? best.alpha : 0,
    verdict,
    validation: search.validation,
    ...(tested ? { test: tested } : {}),
    notes,
  });
  if (best === identity) {
    return {
      judged: search.judged,
      log: finish('identity', 'Identity was kept: no adapter did better on questions it had not seen.', undefined),
    };
  }

  tell({ kind: 'phase', phase: 'final' });
  const last = createFold(data, { train: known, held: test }, options, options.seed);
  await advance([last], best.epoch, control, signal, tell);
  const adapter = toAdapter(set, last.linear, best.alpha);
  const { judged } = search;
  if (test.length === 0)
    return { judged, log: finish('adapter', verdictOf(best, identity, counts), undefined), adapter };

  tell({ kind: 'phase', phase: 'test' });
  const [before, after] = judge(last.questions, changeOf(adapter, last.questions.queries), set.documents, [0, 1]);
  const [then, now] = [pool([last], [before!]), pool([last], [after!])];
  const tested = judgements(before!, after!, then.untouched);
  judged.push(...judgedQuestions('test', [last], then, now));
  if (decisive(tested.all).gain < 0) {
    const why =
      'Identity was kept: the adapter that validation chose did worse on the questions kept out for the test.';
    return { judged, log: finish('identity', why, tested) };
  }
  return { judged, log: finish('adapter', verdictOf(best, identity, counts), tested), adapter };
}

function prepare(set: TrainingSet, options: TrainOptions): RetrievalData {
  const range = { ...NEGATIVES, range: options.negativeRange };
  return {
    set,
    negatives: hardNegatives(set.queries, set.documents, set.positives, range),
    cosineSpread: set.fusion ? cosineSpreadOf(set) : 0,
  };
}

interface Search {
  readonly best: EpochRecord;
  readonly identity: EpochRecord;
  readonly records: readonly EpochRecord[];
  readonly counts: KindCounts;
  readonly validation: Judgements;
  readonly judged: JudgedQuestion[];
}

async function searchEpochs(
  folds: readonly Fold[],
  options: TrainOptions,
  control: Control,
  signal: AbortSignal | undefined,
  tell: (progress: TrainProgress) => void,
): Promise<Search> {
  const start = pool(
    folds,
    folds.map((fold) => fold.judge([0])[0]!),
  );
  const identity = recordOf(0, 0, 0, start);
  const counts = {
    untouched: start.untouched.filter(Boolean).length,
    shared: start.untouched.filter((flag) => !flag).length,
  };
  const strengths = options.alphas.filter((alpha) => alpha > 0);
  const records = [identity];
  let best = identity;
  let kept = start;
  for (let epoch = 1; epoch <= options.epochs && epoch - best.epoch <= options.patience && !control.stopped; epoch++) {
    const loss = await advance(folds, epoch, control, signal, tell);
    if (loss === undefined) break;
    const judged = folds.map((fold) => fold.judge(strengths));
    const pooled = strengths.map((_, a) =>
      pool(
        folds,
        judged.map((results) => results[a]!),
      ),
    );
    const candidates = strengths.map((alpha, a) => recordOf(epoch, loss, alpha, pooled[a]!));
    const record = candidates.reduce((a, b) => (gainOver(identity, b, counts) > gainOver(identity, a, counts) ? b : a));
    if (bestOf(identity, [best, record], counts) === record) {
      best = record;
      kept = pooled[candidates.indexOf(record)]!;
    }
    records.push(record);
    tell({ kind: 'epoch', record });
    await control.turn(signal);
  }
  return {
    best,
    identity,
    records,
    counts,
    validation: judgements(start.figures, kept.figures, start.untouched),
    judged: judgedQuestions('validation', folds, start, kept),
  };
}

function judgedQuestions(
  from: 'validation' | 'test',
  folds: readonly Fold[],
  before: Pooled,
  after: Pooled,
): JudgedQuestion[] {
  const [then, now] = [deciding(before), deciding(after)];
  const asked = folds.flatMap((fold) => [...fold.held]);
  return asked.map((question, i) => ({
    question,
    from,
    untouched: before.untouched[i]!,
    before: then[i]!.first,
    after: now[i]!.first,
    gain: now[i]!.ndcg10 - then[i]!.ndcg10,
  }));
}

/** Brings every fold to the end of `epoch`. Returns the mean loss, or nothing when a loss was not a number. */
async function advance(
  folds: readonly Fold[],
  epoch: number,
  control: Control,
  signal: AbortSignal | undefined,
  tell: (progress: TrainProgress) => void,
): Promise<number | undefined> {
  let total = 0;
  for (const fold of folds) {
    for (;;) {
      const { value, done } = fold.steps.next();
      if (done) return undefined;
      tell({ kind: 'step', step: value.step, steps: value.steps, loss: value.loss });
      await control.turn(signal);
      if (value.epochDone && value.epoch === epoch) {
        total += value.loss;
        break;
      }
    }
  }
  return total / folds.length;
}

/** W, or U·V, times the strength, as one matrix. */
function toAdapter({ model, dim }: TrainingSet, { rank, bias, parameters }: Linear, alpha: number): QueryAdapter {
  const scaled = Float32Array.from(parameters, (value) => value * alpha);
  const matrix = new Float32Array(dim * dim);
  if (rank === 0) matrix.set(scaled.subarray(0, dim * dim));
  else
    addProduct(matrix, parameters.subarray(0, dim * rank), scaled.subarray(dim * rank, 2 * dim * rank), dim, rank, dim);
  return rounded({ model, dim, matrix, bias: bias ? scaled.slice(-dim) : new Float32Array(0) });
}

function verdictOf(best: EpochRecord, identity: EpochRecord, counts: KindCounts): string {
  const gain = gainOver(identity, best, counts).toFixed(3);
  return `The adapter of epoch ${best.epoch} at strength ${best.alpha} was kept: +${gain} nDCG@10 on questions it had not seen.`;
}
