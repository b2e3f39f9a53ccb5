/** The engine as everyone outside it sees it: the page, the command line, the tests and a library user all hold an `Engine`. */
import type { AcceptedPair, PairId, RejectedPair } from './accepted.ts';
import type { Answer, Refusal } from './answer.ts';
import type { EncoderInfo, EncoderSettings } from './encoder.ts';
import type { ErrorCode } from './errors.ts';
import type { WeightedTerm } from './expansion.ts';
import type { Cartographer } from './map.ts';
import type { Teacher } from './teach.ts';
import type {
  Block,
  ChunkId,
  DocumentId,
  DocumentKind,
  FieldWeights,
  Language,
  ModelKey,
  SourceFile,
} from './types.ts';

/** A document in the collection, without its text. */
export interface DocumentSummary {
  readonly id: DocumentId;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly language: Language;
  readonly hash: string;
  /** Size of the source file. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
  /** How many chunks it has, and how many of them are stored and searchable; fewer when indexing was cut short. */
  readonly chunks: number;
  readonly stored: number;
}

/** A document as it is opened for reading. */
export interface OpenedDocument extends DocumentSummary {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly passages: readonly { readonly id: ChunkId; readonly textStart: number; readonly textEnd: number }[];
}

/** A file that was not indexed, and why. */
export interface Skipped {
  readonly path: string;
  readonly code: ErrorCode;
  /** One sentence for a person. */
  readonly message: string;
}

export type AddPhase = 'model' | 'index';

/** Sent several times a second while files are added. */
export interface AddProgress {
  readonly phase: AddPhase;
  /** Path of the file in work, or the model being fetched. */
  readonly current: string;
  /** Files finished (added, unchanged or skipped) and in all. */
  readonly files: number;
  readonly filesTotal: number;
  /** Source bytes done and in all (model bytes in phase `model`). */
  readonly bytes: number;
  readonly bytesTotal: number;
  /** Passages embedded so far by this call. */
  readonly passages: number;
}

export interface AddReport {
  readonly added: number;
  /** Already in the collection with the same content: nothing was done. */
  readonly unchanged: number;
  readonly skipped: readonly Skipped[];
  readonly passages: number;
}

/** What adding files would come to, told before it is done; right to about a third. */
export interface StorageEstimate {
  /** With all that is kept. */
  readonly bytes: number;
  /** Without token vectors (`AddOptions.tokens`). */
  readonly withoutTokens: number;
  /** What the browser still grants, by its own estimate; absent where nothing says so. */
  readonly freeBytes?: number;
  readonly fits: 'whole' | 'without-tokens' | 'no';
}

export interface AddOptions {
  /**
   * Whether token vectors are kept, by which the first hits are compared with a question word by word: most of what is
   * stored. True unless told; what was added without can be compared by encoding it again (`rerank: 'auto'`).
   */
  readonly tokens?: boolean;
  /** Stops after the text in work; what is embedded by then is committed, and adding the same files again goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AddProgress) => void;
}

/** What an engine is opened on. */
export interface EngineSettings extends Omit<EncoderSettings, 'memory'> {
  /** Name of the collection: `nearfield` unless told. Collections of one origin do not see one another. */
  readonly collection?: string;
  /**
   * `full`, `small` (half the download, `docs/models.md`), or another model's name, which then encodes every language.
   * Unless told, `full`; `small` where memory is short.
   */
  readonly model?: string;
  /**
   * `short`: the small form unless `model` names one, one worker, and what else saves memory. Unless told, where the
   * browser says that the device has two gigabytes or less; and after memory has run out, in what does not change vectors.
   */
  readonly memory?: 'auto' | 'ample' | 'short';
  /** What a word counts by where it stands, alike everywhere unless told. A collection that was written with other weights is analysed anew at each opening. */
  readonly fields?: FieldWeights;
  /** The model for `rerank: 'cross-encoder'`: a folder or address in the transformers.js layout, or a name on the Hugging Face hub. */
  readonly crossEncoder?: string;
}

/** How the retrievers' scores become one: by weight, or by the places they give (reciprocal rank fusion). */
export type Fusion = 'weights' | 'ranks';

export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** Passages wanted; 10 unless told. */
  readonly limit?: number;
  /** The person is still typing the last word. */
  readonly typing?: boolean;
  /** Only these documents. */
  readonly documents?: readonly DocumentId[];
  /** `keywords` never waits for a model, `full` waits for it; unless told, whatever is ready now. */
  readonly tier?: 'keywords' | 'full';
  /** Words to look for beside the query's own, such as a model of the caller's suggests; those of glossaries are looked for anyway. */
  readonly also?: readonly WeightedTerm[];
  /**
   * Looks also for words that the first five passages share and the query lacks (pseudo-relevance feedback, RM3). Not unless
   * told: it finds more, and the best less surely; see docs/quality.md. Refusal goes by the query's own words all the same.
   * Costs as much as the search again, some milliseconds, and no encoding.
   */
  readonly feedback?: boolean;
  /** Finds in the first five passages the sentence nearest in meaning, to be marked: some dozens of short texts to encode. */
  readonly sentences?: boolean;
  /** How readily to say that nothing here answers; `normal` unless told. A verbatim hit is never refused. */
  readonly refuse?: Refusal;
  /** `weights` unless told. With `ranks` the order stays as it is fused: its scores are no scale for what `rerank` adds, but for a cross-encoder. */
  readonly fusion?: Fusion;
  /**
   * Compares the first fifty passages with the query word by word, for a better order (`Answer.reranked` tells). Unless
   * told, where their token vectors are stored, which costs milliseconds, the model was measured to gain by it and no
   * adapter ranks. `auto` also encodes passages again that were indexed before token vectors were stored, once the question
   * is whole: some seconds. `true` always does, `false` never. `cross-encoder` has the first twenty read by the model that the
   * engine was opened with for that, after they were compared as above: seconds, and usually the best order.
   */
  readonly rerank?: boolean | 'auto' | 'cross-encoder';
}

/** How vectors are searched here. */
export interface SearchStatus {
  /** The inner loops that run (relaxed SIMD, SIMD or typed arrays), and why no better ones. */
  readonly kernels: { readonly form: string; readonly why: string };
  /** By model. */
  readonly lanes: readonly {
    readonly model: ModelKey;
    readonly rows: number;
    /** What every row is scored by; `int4` is followed by `float32` for the best. */
    readonly firstPass: 'float32' | 'int4';
    /** What is kept of every row to score the best by: of more than half a gigabyte of float32, 7 bits a value. */
    readonly exact: 'float32' | 'int8';
    /**
     * Share of the true ten nearest that are found, measured on rows of this very index; 1 where every row is scored
     * exactly. Absent until all vectors have been read.
     */
    readonly recall?: number;
  }[];
}

export interface EngineStatus {
  readonly documents: number;
  readonly passages: number;
  readonly languages: readonly Language[];
  readonly storage: {
    readonly kind: string;
    /** Absent, as what follows, where the browser does not say. */
    readonly usedBytes?: number;
    readonly quotaBytes?: number;
    readonly persisted?: boolean;
  };
  readonly encoder: EncoderInfo;
  readonly search: SearchStatus;
  /** Things a person should know: a block that had to be dropped, a model that did not load. */
  readonly notes: readonly string[];
}

/** What came of reading an exported collection. */
export interface ImportReport {
  /** Documents that are new here, or other than they were. */
  readonly imported: number;
  /** Documents that were here already, wholly and with the same content. */
  readonly unchanged: number;
  /** Judged pairs, adapters and the like that are new here. */
  readonly beside: number;
}

/** All that can be asked. Every call settles; failures are `EngineError`s, an abort throws the signal's reason. */
export interface Engine extends Teacher, Cartographer {
  status(): Promise<EngineStatus>;
  documents(): Promise<readonly DocumentSummary[]>;
  /**
   * What adding these files would store, and whether that fits. Cost: reading a few of them, and none where there is plenty of
   * room, which is told from their sizes.
   */
  estimate(files: readonly SourceFile[]): Promise<StorageEstimate>;
  /** Reads, chunks, embeds and stores. A bad file is skipped and reported; it never stops the others. */
  add(files: readonly SourceFile[], options?: AddOptions): Promise<AddReport>;
  remove(documents: readonly DocumentId[]): Promise<void>;
  search(query: string, options?: SearchOptions): Promise<Answer>;
  /** @throws EngineError `bad-input` if there is no such document. */
  open(document: DocumentId): Promise<OpenedDocument>;
  /**
   * Remembers, on this machine only, that `passage` answers `question`: the question leads to it from now on.
   * @throws EngineError `bad-input` for a blank question or a passage that is not in the collection.
   */
  accept(question: string, passage: ChunkId): Promise<AcceptedPair>;
  /** What has been accepted, the latest first. */
  accepted(): Promise<readonly AcceptedPair[]>;
  /**
   * Remembers, on this machine only, that `passage` does not answer `question`. Searching stays as it is: one question's
   * wrong answer says nothing of the next question's. Teaching learns from it which passages only look right.
   * @throws EngineError as `accept`.
   */
  reject(question: string, passage: ChunkId): Promise<RejectedPair>;
  /** What has been rejected, the latest first. */
  rejected(): Promise<readonly RejectedPair[]>;
  /** Erases accepted and rejected pairs; unknown ones are ignored. */
  forget(pairs: readonly PairId[]): Promise<void>;
  /**
   * The collection as one file: documents, vectors, what was accepted, rejected and taught. It is checked when it is read,
   * here, in another browser or in Node. Cost: a copy of all that is stored, which the browser may keep on disk.
   */
  exportCollection(): Promise<Blob>;
  /**
   * Adds what an exported file holds; nothing is embedded anew. A document that is here with another content is replaced,
   * and a person's own word that is here stays. The whole file is checked first, so that a damaged one changes nothing.
   * @throws EngineError `format-unsupported`, `block-corrupt`, `store-version`, `quota-exceeded`, `busy`.
   */
  importCollection(file: Blob): Promise<ImportReport>;
  /** Empties the collection, what was accepted, rejected and taught included. */
  clear(): Promise<void>;
  /** Ends workers and closes the database. */
  close(): Promise<void>;
}
