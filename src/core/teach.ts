/** Teaching a collection: what a person gives, what they see meanwhile, and the adapters that a collection keeps. */
import type {
  AdapterCard,
  QuestionSource,
  RunLog,
  Sample,
  SampleKind,
  StepReport,
  TrainOptions,
  TrainProgress,
} from './adapt.ts';
import type { Brand } from './brand.ts';
import type { ChunkId, SourceFile } from './types.ts';

/** First 16 hex digits of the SHA-256 of the adapter's file. */
export type AdapterId = Brand<string, 'AdapterId'>;

/** A query adapter that the collection keeps. */
export interface KeptAdapter {
  readonly id: AdapterId;
  readonly card: AdapterCard;
  /** Size of its file. */
  readonly bytes: number;
  /** Queries are ranked with it. At most one a model. */
  readonly applied: boolean;
}

/** Where the pairs of a question and its passage come from; all that is named is taken together. */
export interface Lessons {
  /** JSONL, CSV or TSV, or `queries.jsonl` and `qrels.tsv` of a BEIR folder. Their `pos` names passages, documents, records or texts of the collection. */
  readonly files?: readonly SourceFile[];
  /** What the files pair; `question-document` unless told. */
  readonly kind?: SampleKind;
  /** Answers that a person accepted; what they rejected for a question counts against it where an answer to it is known. */
  readonly accepted?: boolean;
  /** Questions that passages carry (an FAQ's). */
  readonly faq?: boolean;
  /** Make up to so many questions a passage from headings, first sentences and key phrases. */
  readonly synthetic?: number;
  /**
   * Questions that a passage answers, as a language model of the caller's makes them: they come before those of
   * `synthetic` (then 2 unless told) and are marked as made, like them. Asked of one passage after another; an empty list
   * is an answer. What it throws ends the run.
   */
  readonly questionsFor?: (passage: QuestionSource) => readonly string[] | Promise<readonly string[]>;
  /**
   * Words, phrases and /regular expressions/, one an item: a pair that holds one of them is not learned from. A word
   * counts only whole.
   */
  readonly blockList?: readonly string[];
  /** Says why a pair must not be learned from, or nothing if it may. Asked of one pair after another. What it throws ends the run. */
  readonly blocked?: (sample: Sample) => string | undefined | Promise<string | undefined>;
}

/** What a person should know of a run that is none the less made. */
export type TeachWarning =
  /** Such pairs teach how answers sound more than what they are about. */
  | { readonly kind: 'question-answer' }
  /** So many of the questions were made by machine: figures on them say little about people's questions. */
  | { readonly kind: 'synthetic'; readonly made: number; readonly of: number }
  /** There were too many passages for all: those that the questions might mean were taken, and some others. */
  | { readonly kind: 'some-passages'; readonly taken: number; readonly of: number }
  /**
   * Comparing passages word by word, which an adapter takes the place of, does better on held-out questions than what was
   * learned (nDCG@10 of the first right passage): nothing is kept.
   */
  | { readonly kind: 'reread'; readonly reread: number; readonly learned: number };

export type TeachProgress =
  | TrainProgress
  /** Before the training: how many of what are done. */
  | {
      readonly kind: 'prepare';
      readonly phase: 'read' | 'made' | 'model' | 'questions' | 'keywords';
      readonly done: number;
      readonly total: number;
    }
  /** What is kept of the lessons, as soon as it is known. */
  | { readonly kind: 'lessons'; readonly steps: readonly StepReport[]; readonly warnings: readonly TeachWarning[] };

export interface TeachOptions {
  /** Gives the run up: nothing is kept. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TeachProgress) => void;
  /** What the adapter is called; the date unless told. */
  readonly name?: string;
  readonly train?: Partial<TrainOptions>;
}

/** A held-out question whose answer moved. */
export interface ChangedQuestion {
  readonly question: string;
  /** The passage that should be found, and how it begins. */
  readonly chunk: ChunkId;
  readonly passage: string;
  /** Its place, from 1. */
  readonly before: number;
  readonly after: number;
  readonly gain: number;
  readonly untouched: boolean;
  readonly from: 'validation' | 'test';
}

export interface TeachReport {
  readonly steps: readonly StepReport[];
  readonly warnings: readonly TeachWarning[];
  readonly log: RunLog;
  /** Largest changes first, wins and losses alike. */
  readonly changes: readonly ChangedQuestion[];
  /** What the training set took, bytes: held twice for a moment while it goes to the trainer. */
  readonly bytes: number;
  /** Kept in the collection, not yet applied. Absent when identity was kept. */
  readonly adapter?: KeptAdapter;
}

/**
 * The part of the engine that learns. Documents are never embedded anew: an adapter turns the query's vector, and that
 * for ranking only. Shown cosines and the decision to refuse stay with the query as it was encoded.
 */
export interface Teacher {
  /**
   * Trains a query adapter on lessons and keeps it, not yet applied. One run at a time; searching goes on meanwhile.
   * @throws EngineError `bad-input` for lessons that cannot be learned from, `busy` for a second run, `model-unavailable`.
   */
  teach(lessons: Lessons, options?: TeachOptions): Promise<TeachReport>;
  pauseTeaching(): Promise<void>;
  resumeTeaching(): Promise<void>;
  /** Tries no further epochs: the adapter is made with what was best so far. */
  stopTeaching(): Promise<void>;
  /** The newest first. */
  adapters(): Promise<readonly KeptAdapter[]>;
  /** Keeps an adapter from its file, not yet applied. @throws EngineError `format-unsupported`, `block-corrupt`, `model-mismatch`. */
  importAdapter(file: Blob): Promise<KeptAdapter>;
  /** The adapter's file. @throws EngineError `bad-input` if there is no such adapter, as the next two. */
  exportAdapter(id: AdapterId): Promise<Blob>;
  /** Ranks with it from the next search on, in place of any other of its model; `on: false` ends that. */
  applyAdapter(id: AdapterId, on: boolean): Promise<void>;
  removeAdapter(id: AdapterId): Promise<void>;
}
