import type { EpochRecord, Fusion, TrainOptions } from '../core/adapt.ts';
import { createRandom } from '../core/random.ts';
import { type Figured, judge, type Questions } from './evaluate.ts';
import { applyLinear, createLinear, type Linear } from './linear.ts';
import { meanOf, type Placed } from './measure.ts';
import { type RetrievalData, retrievalObjective } from './retrieval.ts';
import { gather } from './scores.ts';
import { holdOut, type Split, untouched } from './split.ts';
import { type TrainStep, train } from './train.ts';

/** A run over some questions, judged on others. */
export interface Fold {
  readonly linear: Linear;
  readonly steps: Generator<TrainStep>;
  /** Held-out questions, and 1 for each whose documents the training does not point to. */
  readonly held: readonly number[];
  readonly questions: Questions;
  readonly untouched: Uint8Array;
  /** Figures of the held-out questions at each strength, with the map as it is now. */
  judge(alphas: readonly number[]): Figured<Placed>[];
}

export function createFold(
  data: RetrievalData,
  split: Split,
  options: TrainOptions,
  seed: number,
  mostJudged = Number.POSITIVE_INFINITY,
): Fold {
  const random = createRandom(seed);
  const { dim, documents, positives, queries } = data.set;
  const linear = createLinear(dim, options.rank, options.bias, random);
  const objective = retrievalObjective(data, split.train, linear, options, random);
  const held = split.held.slice(0, mostJudged);
  const questions = {
    dim,
    queries: gather(queries, held, dim),
    positives: held.map((i) => positives[i]!),
    fusion: data.set.fusion && fusionOf(data.set.fusion, held, documents.length / dim),
  };
  return {
    linear,
    steps: train(linear.parameters, objective, { ...options, batch: batchOf(options.batch, objective.items) }, random),
    held,
    questions,
    untouched: untouched(positives, { train: split.train, held }),
    judge(alphas) {
      const change = applyLinear(linear, questions.queries, held.length) as Float32Array;
      return judge(questions, change, documents, alphas);
    },
  };
}

/** At least a dozen steps an epoch, but no fewer than sixteen pairs a step: each is the others' negative. */
function batchOf(most: number, pairs: number): number {
  return Math.min(most, Math.max(16, Math.floor(pairs / 12)));
}

/** The rest of the fused search for some of the questions. */
function fusionOf({ weights, others }: Fusion, questions: readonly number[], documents: number): Fusion {
  return { weights: gather(weights, questions, 1), others: gather(others, questions, documents) };
}

/** The folds of a cross-validation over `among`: each question is held out once (with `folds` 1, a fifth of them). */
export function splits(fold: Uint8Array, folds: number, among: readonly number[]): Split[] {
  return Array.from({ length: folds === 1 ? 1 : folds }, (_, k) => holdOut(fold, k, among));
}

/** Figures of all folds' held-out questions at one strength, with which of them are untouched. */
export interface Pooled {
  readonly figures: Figured<Placed>;
  readonly untouched: readonly boolean[];
}

export function pool(folds: readonly Fold[], results: readonly Figured<Placed>[]): Pooled {
  return {
    figures: {
      dense: results.flatMap(({ dense }) => dense),
      fused: results.flatMap(({ fused }) => fused),
    },
    untouched: folds.flatMap((fold) => Array.from(fold.untouched, (flag) => flag === 1)),
  };
}

/** Fused where there is a fusion, else dense: what a person will be searching with. */
export function deciding({ figures }: Pooled): readonly Placed[] {
  return figures.fused.length > 0 ? figures.fused : figures.dense;
}

export function recordOf(epoch: number, loss: number, alpha: number, pooled: Pooled): EpochRecord {
  const values = deciding(pooled).map(({ ndcg10 }) => ndcg10);
  return {
    epoch,
    loss,
    alpha,
    all: meanOf(values),
    shared: meanOf(values.filter((_, i) => !pooled.untouched[i])),
    untouched: meanOf(values.filter((_, i) => pooled.untouched[i])),
  };
}
