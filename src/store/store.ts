import type { DocumentSummary } from '../core/engine.ts';
import type { Block, DocumentId, Segment } from '../core/types.ts';

/** The part of a document that is read only when it is opened. */
export interface DocumentContent {
  readonly id: DocumentId;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly origin: Uint32Array<ArrayBuffer>;
}

/** One atomic change: all of it is there after a crash, or none. */
export interface Change {
  /** New or changed summaries. Replacing a document with another hash removes its old chunks first (list it in `removed`). */
  readonly documents?: readonly DocumentSummary[];
  readonly contents?: readonly DocumentContent[];
  /** New segments; ids are given out by `nextSegment`. */
  readonly segments?: readonly Segment[];
  /** Documents whose every chunk, summary and content go. Applied before the additions of the same change. */
  readonly removed?: readonly DocumentId[];
}

/** What a search index needs of the store, as it comes off the disk. */
export interface LoadedSegment {
  readonly segment: Segment;
  /** Rows that no longer count (their document was removed). */
  readonly dead: ReadonlySet<number>;
}

export interface Usage {
  readonly kind: string;
  readonly usedBytes: number;
  readonly quotaBytes?: number;
  readonly persisted?: boolean;
}

/**
 * Keeps documents, chunks and vectors. Implementations: `memory`, `browser` (IndexedDB), and files for Node.
 *
 * @throws EngineError `quota-exceeded` (everything committed before stays), `block-corrupt`, `store-version`.
 */
export interface Store {
  documents(): Promise<DocumentSummary[]>;
  content(id: DocumentId): Promise<DocumentContent | undefined>;
  /** All segments, oldest first. A segment whose bytes are damaged is left out and named by `onDamaged`; its documents are reported so that they are indexed anew. */
  segments(onDamaged?: (segment: number, message: string) => void): AsyncIterable<LoadedSegment>;
  nextSegment(): number;
  commit(change: Change): Promise<void>;
  usage(): Promise<Usage>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
