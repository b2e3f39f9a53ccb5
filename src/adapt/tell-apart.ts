import type { QueryAdapter } from '../core/adapt.ts';
import { EngineError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import type { ModelKey } from '../core/types.ts';
import { changeOf } from './adapter.ts';
import { rounded } from './adapter-file.ts';
import { LEAST_QUESTIONS } from './check.ts';
import { createLinear } from './linear.ts';
import type { PairLoss } from './objective.ts';
import { pairObjective } from './pairs.ts';
import { gather } from './scores.ts';
import { groups } from './split.ts';
import { train } from './train.ts';

/** Labelled sentence pairs, encoded: left as queries, which an adapter turns, right as passages. */
export interface PairSet {
  readonly model: ModelKey;
  readonly dim: number;
  /** n × dim, rows of length 1, both. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  /** n, 0 or 1. */
  readonly labels: Uint8Array;
  /** Of each pair, a number for each of its sentences: pairs that share one are never parted by the split. */
  readonly sentences: readonly (readonly number[])[];
}

export interface PairOptions {
  readonly loss: PairLoss;
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
}

export const PAIR_DEFAULTS: PairOptions = {
  loss: { kind: 'cosent', temperature: 0.05 },
  seed: 1,
  epochs: 20,
  rate: 5e-4,
};

/** How well a cosine tells pairs that mean the same from pairs that do not. */
export interface ToldApart {
  /** Pairs of the test fold. */
  readonly test: number;
  /** AUROC there, without and with the adapter, and the 95 % paired bootstrap interval of the difference. */
  readonly before: number;
  readonly after: number;
  readonly low: number;
  readonly high: number;
  /** Validation AUROC after each epoch at its best strength; the first is identity's. */
  readonly epochs: readonly {
    readonly epoch: number;
    readonly loss: number;
    readonly alpha: number;
    readonly auroc: number;
  }[];
  /** Absent where identity was better on validation, or the adapter did worse in the test. */
  readonly adapter?: QueryAdapter;
}

const STRENGTHS = [0.25, 0.5, 0.75, 1];
const FOLDS = 5;

/**
 * Trains a query adapter on labelled pairs: a fifth of them chooses epoch and strength, with identity in the running, a
 * fifth judges, the rest is learned from; pairs that share a sentence stay together.
 *
 * @throws EngineError `bad-input` for too few pairs, or a fold with pairs of one label only.
 */
export function tellApart(set: PairSet, options: PairOptions = PAIR_DEFAULTS): ToldApart {
  const { dim, labels } = set;
  if (labels.length < 5 * LEAST_QUESTIONS) {
    throw new EngineError(
      'bad-input',
      `Expected at least ${5 * LEAST_QUESTIONS} labelled pairs, got ${labels.length}; add more.`,
    );
  }
  const random = createRandom(options.seed);
  const fold = new Uint8Array(labels.length);
  for (const group of groups(set.sentences)) {
    const one = random.below(FOLDS);
    for (const i of group) fold[i] = one;
  }
  const [test, validation, training] = [
    part(set, (i) => fold[i] === 0),
    part(set, (i) => fold[i] === 1),
    part(set, (i) => fold[i]! > 1),
  ];
  for (const { labels: some } of [test, validation, training]) {
    if (new Set(some).size < 2)
      throw new EngineError('bad-input', 'Expected both labels in every part, got one; add pairs.');
  }
  const linear = createLinear(dim, 0, false, random);
  const objective = pairObjective(linear, training.left, training.right, training.labels, options.loss);
  const schedule = { epochs: options.epochs, batch: 64, rate: options.rate, weightDecay: 0.01, warmUp: 0.1 };
  const asAdapter = (alpha: number) =>
    rounded({
      model: set.model,
      dim,
      matrix: Float32Array.from(linear.parameters, (w) => w * alpha),
      bias: new Float32Array(0),
    });

  const epochs: ToldApart['epochs'][number][] = [
    { epoch: 0, loss: 0, alpha: 0, auroc: auroc(cosines(validation), validation.labels) },
  ];
  let [best, adapter] = [epochs[0]!.auroc, undefined as QueryAdapter | undefined];
  for (const { epoch, epochDone, loss } of train(linear.parameters, objective, schedule, random)) {
    if (!epochDone) continue;
    const tried = STRENGTHS.map((alpha) => {
      const candidate = asAdapter(alpha);
      return { alpha, candidate, auroc: auroc(cosines(validation, candidate), validation.labels) };
    });
    const top = tried.reduce((a, b) => (b.auroc > a.auroc ? b : a));
    epochs.push({ epoch, loss, alpha: top.alpha, auroc: top.auroc });
    if (top.auroc > best) [best, adapter] = [top.auroc, top.candidate];
  }
  const [then, now] = [cosines(test), cosines(test, adapter)];
  const [before, after] = [auroc(then, test.labels), auroc(now, test.labels)];
  const [low, high] = intervalOf(then, now, test.labels);
  return { test: test.labels.length, before, after, low, high, epochs, ...(adapter && after >= before && { adapter }) };
}

type Part = Pick<PairSet, 'dim' | 'left' | 'right' | 'labels'>;

function part({ dim, left, right, labels }: PairSet, keep: (i: number) => boolean): Part {
  const rows = [...labels.keys()].filter(keep);
  return {
    dim,
    left: gather(left, rows, dim),
    right: gather(right, rows, dim),
    labels: Uint8Array.from(rows, (i) => labels[i]!),
  };
}

function cosines({ dim, left, right, labels }: Part, adapter?: QueryAdapter): Float64Array {
  const change = adapter ? changeOf(adapter, left) : undefined;
  return Float64Array.from(labels, (_, i) => {
    let [sum, squares] = [0, 0];
    for (let at = i * dim; at < (i + 1) * dim; at++) {
      const value = left[at]! + (change?.[at] ?? 0);
      sum += value * right[at]!;
      squares += value * value;
    }
    return sum / Math.sqrt(squares);
  });
}

/** Chance that a pair with label 1 scores above one with label 0, ties counted half: by the sum of ranks (Mann–Whitney U). */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from({ length: labels.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let [ranks, positives] = [0, 0];
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++;
    for (let j = i; j < end; j++) {
      if (labels[order[j]!] !== 1) continue;
      ranks += (i + end + 1) / 2;
      positives++;
    }
    i = end;
  }
  const negatives = labels.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

const RESAMPLES = 500;

/** The middle 95 % of the difference over resamples of the pairs, each with both its scores. */
function intervalOf(before: Float64Array, after: Float64Array, labels: Uint8Array): [low: number, high: number] {
  const random = createRandom(1);
  const n = labels.length;
  const differences: number[] = [];
  while (differences.length < RESAMPLES) {
    const drawn = Array.from({ length: n }, () => random.below(n));
    const some = Uint8Array.from(drawn, (i) => labels[i]!);
    const of = (scores: Float64Array) =>
      auroc(
        Float64Array.from(drawn, (i) => scores[i]!),
        some,
      );
    const difference = of(after) - of(before);
    if (Number.isFinite(difference)) differences.push(difference);
  }
  differences.sort((a, b) => a - b);
  return [differences[Math.floor(RESAMPLES * 0.025)]!, differences[Math.ceil(RESAMPLES * 0.975) - 1]!];
}
