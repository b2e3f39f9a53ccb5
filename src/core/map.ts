/** The words of the map: passages as points in a plane, where near means alike. */
import type { Chunk, ChunkId, Cosine, DocumentId, Language, ModelKey } from './types.ts';

/** One of a map's documents. */
export interface MappedDocument {
  readonly id: DocumentId;
  /** The point of its first passage; the others follow, by ascending ordinal. */
  readonly first: number;
  readonly passages: number;
  /** Of a long document the parts that it has by its outermost headings, in order; a part without a heading has no name. */
  readonly sections?: readonly MappedSection[];
}

export interface MappedSection {
  readonly name: string;
  readonly passages: number;
}

/**
 * Where the passages of one model lie. Vectors of different models cannot be compared, so that each model has an area
 * of its own, and the distance between areas means nothing.
 */
export interface MapArea {
  readonly model: ModelKey;
  /** Whose passages it made vectors of. */
  readonly languages: readonly Language[];
  readonly passages: number;
  /** The disc that holds its points. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** The collection as a map. The axes have no unit: passages that lie near one another are alike, and that is all it says. */
export interface PassageMap {
  /** x and y of every passage. */
  readonly points: Float32Array<ArrayBuffer>;
  /** The ordinal, in its document, of each point's passage: `ChunkId` is `<document>#<ordinal>`. */
  readonly ordinals: Uint32Array<ArrayBuffer>;
  readonly documents: readonly MappedDocument[];
  readonly areas: readonly MapArea[];
  /** From so many passages the layout was computed; the others were placed among those most like them. */
  readonly fitted: number;
}

/** Sent several times a second while a map is made. */
export interface MapProgress {
  /** Comparing passages with one another, arranging them, placing the rest. */
  readonly phase: 'compare' | 'arrange' | 'place';
  /** 0–1 of all the work. */
  readonly done: number;
}

export interface MapOptions {
  /** Computes the layout anew, even where one is kept. */
  readonly anew?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MapProgress) => void;
}

/** A passage like another. */
export interface SimilarPassage {
  readonly chunk: Chunk;
  /** Between the two passages' vectors. */
  readonly cosine: Cosine;
}

/** The engine's part that shows how passages lie to one another. */
export interface Cartographer {
  /**
   * Where every passage lies. The layout is kept with the collection, so that what was there stays where it was: new
   * passages are placed among those most like them. It is computed anew where most passages are new.
   * Cost: seconds for ten thousand passages, in a worker of its own; milliseconds where the layout is kept.
   */
  map(options?: MapOptions): Promise<PassageMap>;
  /** Passages by id, in the order asked; undefined for one that is not (any more) in the collection. */
  passages(ids: readonly ChunkId[]): Promise<readonly (Chunk | undefined)[]>;
  /**
   * The `limit` passages most like this one by their vectors, best first: what the map draws in two dimensions, exactly.
   * @throws EngineError `bad-input` if there is no such passage.
   */
  similar(passage: ChunkId, limit?: number): Promise<readonly SimilarPassage[]>;
}

export interface ProjectOptions {
  readonly signal?: AbortSignal;
  /** 0–1. */
  readonly onProgress?: (phase: MapProgress['phase'], done: number) => void;
}

/**
 * Lays vectors out in the plane, one set after another: the rows that were fitted or anchored last are those that `place`
 * goes by. Over a bridge the arrays are moved: the caller's are empty afterwards.
 */
export interface Projector {
  /**
   * Shapes   vectors: rows × dim, every row of length 1; result: x and y of each row, about the origin.
   * Ties     equal input and seed, equal output.
   */
  fit(vectors: Float32Array<ArrayBuffer>, dim: number, options?: ProjectOptions): Promise<Float32Array<ArrayBuffer>>;
  /** Rows that have places already, in the shapes of `fit`. */
  anchor(vectors: Float32Array<ArrayBuffer>, dim: number, points: Float32Array<ArrayBuffer>): Promise<void>;
  /** Places further rows among those that are there. @throws EngineError `bad-input` if there are none. */
  place(vectors: Float32Array<ArrayBuffer>, options?: ProjectOptions): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}
