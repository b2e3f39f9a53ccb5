/** The words of the engine. One word per idea: document, block, chunk, segment, row, query, hit, passage, answer. */
import type { Brand } from './brand.ts';
import type { GlossaryEntry } from './expansion.ts';
import type { SparseRows } from './sparse.ts';
import type { TokenRows } from './tokens.ts';

/** A document's place in the collection: its path, `/`-separated, unique within the collection. */
export type DocumentId = Brand<string, 'DocumentId'>;
/** `<document>#<ordinal>`. */
export type ChunkId = Brand<string, 'ChunkId'>;
/** Identity of all that shapes a vector: model id, weights hash, pooling, prefix, head versions. Vectors of different keys are never compared. */
export type ModelKey = Brand<string, 'ModelKey'>;
/** Row number of a chunk in its segment: dense, 0-based, never reused within a segment. */
export type Row = Brand<number, 'Row'>;
/** Cosine similarity in [-1, 1]. Comparable only between vectors of one `ModelKey`. */
export type Cosine = Brand<number, 'Cosine'>;
/** One vector of Euclidean length 1 ± 1e-5, so that its dot products are cosines. */
export type UnitVector = Brand<Float32Array, 'UnitVector'>;
/** The languages that have a model of their own. Detected, never asked for. */
export type Language = 'en' | 'zh';

/** What a person hands over. A `File` is a `Blob`, is cloned to a worker without copying, and is read there. */
export interface SourceFile {
  /** Path inside the collection, `/`-separated; becomes the `DocumentId`. */
  readonly path: string;
  readonly data: Blob;
}

export type DocumentKind = 'text' | 'markdown' | 'html' | 'pdf' | 'docx' | 'pptx' | 'odt' | 'epub' | 'csv' | 'json';
export type BlockKind = 'heading' | 'paragraph' | 'list-item' | 'quote' | 'code' | 'table';

/** A structural unit of a document's reading text. `start`/`end` are UTF-16 offsets into `Document.text`. */
export interface Block {
  readonly kind: BlockKind;
  /** 1–6 for a heading, nesting depth (from 1) for a list item, else 0. */
  readonly level: number;
  readonly start: number;
  readonly end: number;
  /** The id a browser would scroll to, where the source has one. */
  readonly anchor?: string;
}

/** A file that has been read. */
export interface Document {
  readonly id: DocumentId;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly language: Language;
  /** SHA-256 of the file's bytes, hex. The same hash is never embedded twice. */
  readonly hash: string;
  /** Size of the file, bytes. */
  readonly bytes: number;
  /** The reading text: what a person reads, without markup; blocks separated by blank lines. */
  readonly text: string;
  /** In order, not overlapping; everything in `text` between them is white space. */
  readonly blocks: readonly Block[];
  /** Reading text → source: pairs `[offset in text, offset in source]`, ascending; between two pairs both advance alike. See `sourceOffset`. */
  readonly origin: Uint32Array<ArrayBuffer>;
  /** Of a file that is a glossary besides. */
  readonly glossary?: readonly GlossaryEntry[];
}

/** A passage: the unit that is embedded, searched and shown. */
export interface Chunk {
  readonly id: ChunkId;
  readonly document: DocumentId;
  /** 0-based place among the document's chunks. */
  readonly ordinal: number;
  readonly title: string;
  /** The headings above the passage, outermost first; the title is not repeated here. */
  readonly headings: readonly string[];
  /** `Document.text.slice(textStart, textEnd)`. */
  readonly text: string;
  /** UTF-16 offsets into the decoded source file. */
  readonly start: number;
  readonly end: number;
  /** UTF-16 offsets into `Document.text`. */
  readonly textStart: number;
  readonly textEnd: number;
  readonly anchor?: string;
  /** Questions this passage answers (an FAQ's, an author's, a user's accepted one). */
  readonly questions?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Chunks and their vectors, all of one model: row `i` of `vectors` is `chunks[i]`. Immutable once committed. */
export interface Segment {
  readonly id: number;
  readonly model: ModelKey;
  readonly language: Language;
  readonly dim: number;
  readonly chunks: readonly Chunk[];
  /** chunks.length × dim, row-major, every row of length 1. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** Learned-sparse vectors of the chunks, where the model has a head for them. */
  readonly sparse?: SparseRows;
  /** Token vectors of the chunks, for reranking; when it has been stored they are read by `Store.tokens` alone. */
  readonly tokens?: TokenRows;
}

/** How small passages are encoded together with what stands around them. */
export interface LateChunking {
  /** Tokens of the window around a passage. */
  readonly window: number;
  /** Share of the window's tokens in the vector, the rest being the passage's own; 1 is late chunking as published. */
  readonly mix: number;
  /** Passages of at most so many tokens: longer ones gain nothing. */
  readonly upTo: number;
}

/** What `public/models/<id>/model.json` says. */
export interface ModelCard {
  readonly id: string;
  readonly key: ModelKey;
  /** `key` without the heads: what a head is trained for and belongs to. */
  readonly encoderKey: ModelKey;
  /** Has a learned-sparse head. */
  readonly sparse: boolean;
  /** Has a head for token vectors: those that it gives are not its last hidden state. */
  readonly projects: boolean;
  /** Comparing its token vectors (MaxSim) was measured to better the order of hits: `rerank: 'auto'` does so. */
  readonly reranks: boolean;
  /** So much of the score of the passages most like it a passage takes over when hits are compared; 0 unless that was measured to help. */
  readonly agreement?: number;
  readonly lateChunking?: LateChunking;
  readonly languages: readonly Language[];
  readonly dim: number;
  readonly pooling: 'cls' | 'mean';
  /** Put before a query, and only a query. */
  readonly queryInstruction: string;
  /** Longest input, tokens, [CLS] and [SEP] included. */
  readonly maxTokens: number;
  readonly licence: string;
  readonly source: string;
}

/** A half-open range of UTF-16 offsets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a word counts by where it stands: whole numbers from 0 to 8, of which only their ratio matters; 1 unless told. */
export interface FieldWeights {
  /** In the title of the document. */
  readonly title?: number;
  /** In the headings above the passage. */
  readonly headings?: number;
  /** In the passage itself. */
  readonly text?: number;
}
