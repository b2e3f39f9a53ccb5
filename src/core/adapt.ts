/** The words of adaptation: what a person teaches the engine with, what a run reports, and what comes out of it. */
import type { ModelKey } from './types.ts';

/**
 * What a sample pairs. A question with the passage that answers it trains retrieval; a question with another that asks
 * the same trains question–question search; a question with a free-standing answer mostly teaches how answers sound.
 */
export type SampleKind = 'question-document' | 'question-question' | 'question-answer';
export type SampleOrigin = 'file' | 'feedback' | 'faq' | 'synthetic';

/** One lesson: a query, what should be found for it, and what should not. */
export interface Sample {
  readonly query: string;
  /** Documents of the collection by id, or texts. Empty where only what does not answer is known. */
  readonly pos: readonly string[];
  readonly neg: readonly string[];
  readonly kind: SampleKind;
  readonly origin: SampleOrigin;
}

/** A text that questions can be made from. */
export interface QuestionSource {
  /** Of the passage. */
  readonly id: string;
  /** Title and headings, outermost first. */
  readonly headings: readonly string[];
  readonly text: string;
}

/** Two sentences and whether they mean the same. */
export interface LabelledPair {
  readonly left: string;
  readonly right: string;
  readonly label: 0 | 1;
}

/** What one step of the preparation kept and dropped, and why. */
export interface StepReport {
  readonly step: string;
  readonly kept: number;
  readonly dropped: number;
  /** Reason → how many. */
  readonly reasons: Readonly<Record<string, number>>;
  /** A few of the dropped, to read through. */
  readonly examples: readonly { readonly query: string; readonly why: string }[];
}

/**
 * What a fused search adds to meaning. The score of a document for question `i` is
 * `weights[i]` × the standard score of its cosine among all documents + `others[i]` of it.
 */
export interface Fusion {
  /** One a question, all above 0. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** questions × documents. */
  readonly others: Float32Array<ArrayBuffer>;
}

/**
 * All that the trainer needs, and nothing else of the collection. Plain data, so that it crosses to a
 * worker.
 */
export interface TrainingSet {
  readonly model: ModelKey;
  readonly dim: number;
  /** questions × dim, rows of length 1, encoded as queries. */
  readonly queries: Float32Array<ArrayBuffer>;
  /** documents × dim, rows of length 1. */
  readonly documents: Float32Array<ArrayBuffer>;
  /** Rows of `documents` that answer each question; never empty. */
  readonly positives: readonly (readonly number[])[];
  /** Rows known not to answer it; may be empty. */
  readonly negatives: readonly (readonly number[])[];
  /** The rest of a fused search, if the adapter is to be judged (and trained) as a part of one. */
  readonly fusion?: Fusion;
  /** SHA-256 of the samples, hex: part of the adapter's identity. */
  readonly dataHash: string;
}

export interface TrainOptions {
  readonly seed: number;
  /** Times through the questions, at most. */
  readonly epochs: number;
  /** Pairs a step, at most: with few pairs it is fewer, so that an epoch has some dozen steps. */
  readonly batch: number;
  readonly rate: number;
  readonly weightDecay: number;
  /** Share of all steps over which the rate rises. */
  readonly warmUp: number;
  readonly temperature: number;
  /** Rank of the map; 0 is a full matrix. */
  readonly rank: number;
  readonly bias: boolean;
  /** Mined hard negatives a question. */
  readonly hardNegatives: number;
  /** A mined negative scores between these shares of the positive's score. */
  readonly negativeRange: readonly [low: number, high: number];
  /** Stop after so many epochs without a better validation figure. */
  readonly patience: number;
  /** Strengths to choose from; 0, identity, is always one of them. */
  readonly alphas: readonly number[];
  /** Share of the questions kept out of everything, to judge the result by; 0 where the caller has a test set. */
  readonly testShare: number;
}

/** Mean figures of a set of questions. */
export interface Metrics {
  readonly n: number;
  readonly ndcg10: number;
  readonly mrr10: number;
  readonly recall10: number;
  readonly recall100: number;
}

/** Two figures of one measure over the same questions, and the interval of their difference. */
export interface Comparison {
  readonly before: number;
  readonly after: number;
  /** after − before, with its 95 % paired bootstrap interval. */
  readonly gain: number;
  readonly low: number;
  readonly high: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** A comparison for each way of searching, over one set of questions. */
export interface Judgement {
  readonly questions: number;
  /** nDCG@10 by meaning alone. */
  readonly dense: Comparison;
  /** nDCG@10 of the fused search; absent without one. */
  readonly fused?: Comparison;
  /** Of the fused search where there is one: what a person will be searching with. */
  readonly mrr10: Comparison;
  readonly recall10: Comparison;
}

/** Questions judged apart: those whose documents the training points to, those whose documents it does not, and all. */
export interface Judgements {
  readonly all: Judgement;
  readonly shared: Judgement;
  readonly untouched: Judgement;
}

/** One point of the curves. */
export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number;
  /** Strength that was best in this epoch; 0 is identity. */
  readonly alpha: number;
  /** Validation nDCG@10 (of the fused search where there is one) at that strength. */
  readonly all: number;
  readonly shared: number;
  readonly untouched: number;
}

/** All there is to know of a run; JSON. */
export interface RunLog {
  readonly startedAt: string;
  readonly seconds: number;
  readonly model: ModelKey;
  readonly dataHash: string;
  readonly options: TrainOptions;
  readonly questions: number;
  readonly documents: number;
  readonly epochs: readonly EpochRecord[];
  /** `identity` when no adapter was better on questions it had not seen: the engine then stays as it is. */
  readonly kept: 'adapter' | 'identity';
  readonly epoch: number;
  readonly alpha: number;
  /** One sentence: what was kept, and why. */
  readonly verdict: string;
  /** On the held-out folds, where epoch and strength were chosen. */
  readonly validation: Judgements;
  /** On questions that took no part in anything; absent when none were held out. */
  readonly test?: Judgements;
  readonly notes: readonly string[];
}

/** Sent while a run goes on. */
export type TrainProgress =
  | { readonly kind: 'phase'; readonly phase: 'negatives' | 'folds' | 'final' | 'test' }
  | { readonly kind: 'step'; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  | { readonly kind: 'note'; readonly text: string };

/** A query adapter: q' = normalise(q + q·matrix + bias). The strength chosen is already in it. */
export interface QueryAdapter {
  readonly model: ModelKey;
  readonly dim: number;
  /** dim × dim, row-major. */
  readonly matrix: Float32Array<ArrayBuffer>;
  /** dim values, or none. */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** The identity of an adapter: what it belongs to, what made it, and how well it does. */
export interface AdapterCard {
  readonly name: string;
  readonly model: ModelKey;
  readonly dataHash: string;
  /** How many of the samples were made by machine. */
  readonly synthetic: number;
  readonly log: RunLog;
}

/** One question before and after, by the fused search where there is one: to read through. */
export interface JudgedQuestion {
  /** Its index in the training set. */
  readonly question: number;
  /** `test`: it took no part in anything; `validation`: it was held out, but epoch and strength were chosen with it. */
  readonly from: 'validation' | 'test';
  /** No training question of its fold points to any of its documents. */
  readonly untouched: boolean;
  /** Rank of the first right document, from 1; halves are ties. */
  readonly before: number;
  readonly after: number;
  /** Change of nDCG@10. */
  readonly gain: number;
}

export interface TrainResult {
  readonly log: RunLog;
  /** Every held-out question. */
  readonly judged: readonly JudgedQuestion[];
  /** Absent when identity was kept. */
  readonly adapter?: QueryAdapter;
}

export interface RunOptions {
  /** Gives the run up; nothing is returned, the call throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/**
 * Trains one adapter at a time, in a worker or in Node.
 *
 * @throws EngineError `bad-input` for data that cannot be trained on, `busy` for a second run at once.
 */
export interface Trainer {
  /** Over a bridge the arrays of `set` are moved: the caller's are empty afterwards. */
  train(set: TrainingSet, options?: Partial<TrainOptions>, run?: RunOptions): Promise<TrainResult>;
  /** The run waits after the step in work, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Tries no further epochs: the adapter is made with what was best so far. */
  stop(): Promise<void>;
  close(): Promise<void>;
}
