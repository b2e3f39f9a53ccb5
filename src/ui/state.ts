import type { AcceptedPair, RejectedPair } from '../core/accepted.ts';
import type { Answer, Refusal } from '../core/answer.ts';
import type { AddPhase, DocumentSummary, EngineStatus, OpenedDocument, Skipped } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { DocumentId, Range } from '../core/types.ts';
import { type MapState, NO_MAP } from './mapping.ts';
import type { SampleIndex } from './sample.ts';
import type { Scope } from './scope.ts';
import { NOTHING_TAUGHT, type TeachState } from './teaching.ts';
import type { Unfinished } from './unfinished.ts';
import { preferredTongue, type Words, wordsOf } from './words/words.ts';

/** What is being added, as the progress bar shows it. */
export interface Adding {
  readonly phase: 'gather' | AddPhase;
  /** The file in work, or the model being fetched. */
  readonly current: string;
  readonly files: number;
  readonly filesTotal: number;
  /** 0–1; absent while it cannot be said. */
  readonly done?: number;
  /** Passages per second. */
  readonly rate?: number;
  readonly leftMs?: number;
  readonly stopping: boolean;
}

/** How the last adding ended. */
export interface Outcome {
  readonly kind: 'done' | 'stopped' | 'failed' | 'nothing' | 'broken-off';
  readonly added: number;
  readonly unchanged: number;
  readonly skipped: readonly Skipped[];
  readonly failure?: Failure;
  /** Of an adding that an earlier visit broke off. */
  readonly left?: Unfinished;
}

export interface Failure {
  /** One sentence: what happened. */
  readonly message: string;
  /** The code, which has its sentence of advice; absent for what nobody foresaw. */
  readonly code?: EngineError['code'];
}

/** The document in the reading pane. */
export interface Reading {
  readonly id: DocumentId;
  /** Absent while it is being opened. */
  readonly opened?: OpenedDocument;
  readonly failure?: Failure;
  /** What is marked, as offsets into the document's text. */
  readonly passage?: Range;
  readonly focus?: Range;
  readonly highlights?: readonly Range[];
  /** Of a paged document: where the passage begins. */
  readonly page?: number;
  /** Came by a person's own act, so it takes focus; otherwise it follows the active result. */
  readonly chosen: boolean;
}

export type ViewName = 'ask' | 'map' | 'teach' | 'about';

export type Theme = 'auto' | 'light' | 'dark';

export interface State {
  readonly words: Words;
  readonly theme: Theme;
  readonly boot: 'opening' | 'ready' | 'failed';
  readonly failure: Failure | undefined;
  readonly documents: readonly DocumentSummary[];
  readonly status: EngineStatus | undefined;
  readonly sample: SampleIndex | undefined;
  readonly adding: Adding | undefined;
  readonly outcome: Outcome | undefined;
  readonly query: string;
  /** What is asked; the whole library without it. */
  readonly scope: Scope | undefined;
  readonly searching: boolean;
  readonly answer: Answer | undefined;
  readonly searchFailure: Failure | undefined;
  /** Milliseconds from asking to the full answer. */
  readonly took: number | undefined;
  /** Index of the active passage of `answer`. */
  readonly active: number;
  readonly reading: Reading | undefined;
  /** On a phone: the library lies over the question. */
  readonly libraryOpen: boolean;
  /** What the person has accepted as answers, the latest first. */
  readonly accepted: readonly AcceptedPair[];
  /** What the person has said does not answer, likewise. */
  readonly rejected: readonly RejectedPair[];
  /** How readily it is said that nothing answers. */
  readonly refuse: Refusal;
  readonly view: ViewName;
  readonly map: MapState;
  readonly teach: TeachState;
  readonly online: boolean;
  readonly offlineReady: boolean;
  /** A newer version waits for a reload. */
  readonly update: boolean;
}

export function initialState(languages: readonly string[], online: boolean): State {
  return {
    words: wordsOf(preferredTongue(languages)),
    theme: 'auto',
    boot: 'opening',
    failure: undefined,
    documents: [],
    status: undefined,
    sample: undefined,
    adding: undefined,
    outcome: undefined,
    query: '',
    scope: undefined,
    searching: false,
    answer: undefined,
    searchFailure: undefined,
    took: undefined,
    active: 0,
    reading: undefined,
    libraryOpen: false,
    accepted: [],
    rejected: [],
    refuse: 'normal',
    view: 'ask',
    map: NO_MAP,
    teach: NOTHING_TAUGHT,
    online,
    offlineReady: false,
    update: false,
  };
}

/** Any thrown value as something that can be shown. */
export function toFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof EngineError ? { message, code: error.code } : { message };
}
