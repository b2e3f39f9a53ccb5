import type { AcceptedPair, PairId, RejectedPair } from '../core/accepted.ts';
import type { DocumentSummary } from '../core/engine.ts';
import type { SparseRows } from '../core/sparse.ts';
import type { Block, Chunk, DocumentId, Language, ModelKey, Segment } from '../core/types.ts';

/** The part of a document that is read only when it is opened. */
export interface DocumentContent {
  readonly id: DocumentId;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly origin: Uint32Array<ArrayBuffer>;
}

/** A judged pair as it is kept. Where its passage is now is for the collection to say. */
export type StoredPair = StoredAccepted | Omit<RejectedPair, 'chunk'>;
export interface StoredAccepted extends Omit<AcceptedPair, 'chunk'> {
  /** The question as a query of `model`, so that opening need not encode it again. */
  readonly model?: ModelKey;
  readonly vector?: readonly number[];
}

/** A small named block beside the documents, such as an adapter. Names are paths: `adapter/<id>`. */
export interface Attachment {
  readonly name: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** One atomic change: all of it is there after a crash, or none. */
export interface Change {
  /** New or changed summaries. Replacing a document with another hash removes its old chunks first (list it in `removed`). */
  readonly documents?: readonly DocumentSummary[];
  readonly contents?: readonly DocumentContent[];
  /** New segments; ids are given out by `nextSegment`. Stored in parts of at most 4,096 rows. */
  readonly segments?: readonly Segment[];
  /** Documents whose every chunk, summary and content go. Applied before the additions of the same change. */
  readonly removed?: readonly DocumentId[];
  /** New pairs; one with a known id replaces it. They outlive their document, since it may come back. */
  readonly pairs?: readonly StoredPair[];
  /** Pairs that go; unknown ones are ignored. */
  readonly forgotten?: readonly PairId[];
  /** New or changed attachments; one without a body goes. */
  readonly attachments?: readonly (Pick<Attachment, 'name'> & Partial<Attachment>)[];
}

/**
 * Blocks that are computed from a segment and kept beside it, so that opening need not compute them again:
 * quantised vectors, postings. The store never looks inside.
 */
export interface Derivation {
  /** One name a block. A name stands for its format: change one, change both, and old segments are derived anew. */
  readonly names: readonly string[];
  /** The blocks of `segment`, in the order of `names`. */
  derive(segment: Segment): readonly Uint8Array[];
}

/** A segment that is on the disk, each part read when asked for. */
export interface StoredSegment {
  readonly id: number;
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  readonly rows: number;
  /** Rows that no longer count (their document was removed). */
  readonly dead: ReadonlySet<number>;
  /** @throws EngineError `block-corrupt`, as `vectors` too: leave the segment out; `Store.damage` tells the rest. */
  chunks(): Promise<Chunk[]>;
  /** rows × dim, row-major. The buffer is the caller's. */
  vectors(): Promise<Float32Array<ArrayBuffer>>;
  /** Undefined where the model had no sparse head when the segment was made. */
  sparse(): Promise<SparseRows | undefined>;
  /** A block of the store's `Derivation`. One that is missing or damaged is computed from chunks and vectors. */
  derived(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** The collection as it was at one revision. While it is open, nothing it names is deleted by compaction. */
export interface Snapshot {
  readonly revision: number;
  /** Oldest first. */
  readonly segments: readonly StoredSegment[];
  close(): void;
}

/** A segment with all that a search index needs. */
export interface LoadedSegment {
  readonly segment: Segment;
  /** Rows that no longer count (their document was removed). */
  readonly dead: ReadonlySet<number>;
}

export interface Usage {
  readonly kind: string;
  /** Absent where the browser does not say. */
  readonly usedBytes?: number;
  readonly quotaBytes?: number;
  readonly persisted?: boolean;
}

/**
 * Keeps documents, chunks and vectors. Implementations: `memory`, `browser` (IndexedDB), and files for Node.
 *
 * @throws EngineError `quota-exceeded` (everything committed before stays), `block-corrupt`, `store-version`, `busy`.
 */
export interface Store {
  /** Summaries by id. What is damaged is not counted in `stored`, so adding the same files brings back what is lost. */
  documents(): Promise<DocumentSummary[]>;
  /** @throws EngineError `block-corrupt`; from then on the document counts as not fully stored. */
  content(id: DocumentId): Promise<DocumentContent | undefined>;
  /** By id. One that is damaged is left out and named in `damage`. */
  pairs(): Promise<StoredPair[]>;
  /** Every attachment whose name starts with `prefix`, by ascending name; a damaged one is left out and named in `damage`. */
  attachments(prefix: string): Promise<Attachment[]>;
  /** All segments, oldest first. A segment whose bytes are damaged is left out and named by `onDamaged`; its documents are reported so that they are indexed anew. */
  segments(onDamaged?: (segment: number, message: string) => void): AsyncIterable<LoadedSegment>;
  /** The same, each part read when it is wanted. Close it. */
  snapshot(): Promise<Snapshot>;
  /**
   * Token vectors of passages (see `TokenRows`), as far as they are stored: none are of what was added by an older
   * Nearfield, or found damaged. Reads these passages alone, some ten kilobytes each. The arrays are the caller's.
   */
  tokens(passages: readonly Chunk[], model: ModelKey): Promise<(Uint8Array<ArrayBuffer> | undefined)[]>;
  nextSegment(): number;
  /** Also merges small segments when that pays, which no search sees. */
  commit(change: Change): Promise<void>;
  /** Merges all segments that are not full, and drops rows that no longer count. False if someone is reading: try later. */
  compact(): Promise<boolean>;
  /** All that was found missing or damaged since opening, a sentence each. */
  damage(): readonly string[];
  /** Runs `task` while no other tab writes. With `wait: false`, EngineError `busy` if one does. */
  exclusively<T>(task: () => Promise<T>, options?: { readonly wait?: boolean }): Promise<T>;
  /** Calls `listener` after another tab has changed this collection. Returns how to stop. */
  onChange(listener: () => void): () => void;
  usage(): Promise<Usage>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
