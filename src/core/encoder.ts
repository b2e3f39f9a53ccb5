import type { SparseRows } from './sparse.ts';
import type { TokenRows } from './tokens.ts';
import type { ModelCard, Range } from './types.ts';

export type TextRole = 'query' | 'passage';

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Token vectors are wanted too: slower, and about a kilobyte and a half per token. */
  readonly tokens?: boolean;
  /** Token vectors are wanted as they are stored: a third as many, in 4 bits, some ten kilobytes a passage; about a tenth slower. */
  readonly pooled?: boolean;
  /** Learned-sparse vectors are wanted too, where the model has a head for them (`ModelCard.sparse`); about a tenth slower. */
  readonly sparse?: boolean;
  /** Of each text, for models with `ModelCard.lateChunking`, where it is to be encoded in its context too: one more pass, which texts with the same window that follow one another share. */
  readonly contexts?: readonly (PassageContext | undefined)[];
}
/** Where a passage stands: `text` holds it from `start` to `end` (UTF-16), and around it what stands there in its document. */
export interface PassageContext extends Range {
  readonly text: string;
}
export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Bytes received so far and in all, over every file of the model. */
  readonly onProgress?: (loaded: number, total: number) => void;
}

/** What a batch of texts became. Row `i` of each output is text `i`. */
export interface Embeddings {
  readonly rows: number;
  readonly dim: number;
  /** rows × dim, row-major, each row of length 1. The buffer is the caller's (transferred, not copied). */
  readonly dense: Float32Array<ArrayBuffer>;
  /** Only if asked for. */
  readonly tokens?: TokenVectors;
  /** Only if asked for: without [CLS] and [SEP]. */
  readonly pooled?: TokenRows;
  /** Only if asked for, and only from a model that has the head. */
  readonly sparse?: SparseRows;
}

/** Every token of every text, one text after another: text `i` has the tokens `offsets[i]` to `offsets[i + 1]` (exclusive). */
export interface TokenVectors {
  /** tokens × dim, row-major: the model's last hidden state, through its head for tokens where it has one; not normalised. */
  readonly values: Float32Array<ArrayBuffer>;
  /** rows + 1, ascending from 0. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Vocabulary ids, [CLS] and [SEP] and a query's instruction included. */
  readonly ids: Int32Array<ArrayBuffer>;
}

export interface EncoderSettings {
  /** Address of the folder that holds the models' folders, ending in `/`; the one beside the page's own script unless told. */
  readonly models?: string;
  /** The encoder's worker ends when nobody has used it for so long: 300,000 unless told, 0 for never. */
  readonly idleMs?: number;
  /** Threads for the WebAssembly: as many as there are cores, up to four, unless told; one where the page is not isolated. */
  readonly threads?: number;
  /** `short`: ONNX Runtime, where it serves, holds weights once instead of twice. `ample` unless told. */
  readonly memory?: 'ample' | 'short';
  /** `auto` unless told: WebGPU where there is a real adapter that computes what the processor does. */
  readonly backend?: 'auto' | 'wasm' | 'webgpu';
}

export interface EncoderInfo {
  /** 'wasm' | 'webgpu' | 'native', and why. */
  readonly backend: string;
  readonly threads: number;
  readonly loaded: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Texts to vectors. The engine holds one of these and does not know whether it is a worker, a pool or a plain object.
 * Models are named by the id of their folder. Queries overtake passages that are still waiting.
 *
 * @throws EngineError `model-unavailable`, `model-corrupt`, `worker-lost`; an abort throws the signal's reason.
 */
export interface Encoder {
  /** Fetches, verifies and opens a model; a second call for the same model is free. */
  load(model: string, options?: LoadOptions): Promise<ModelCard>;
  /** Tokens of each text, without [CLS] and [SEP]. */
  countTokens(model: string, texts: readonly string[]): Promise<Uint32Array<ArrayBuffer>>;
  embed(model: string, role: TextRole, texts: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
  /**
   * How well each passage answers the query, by a cross-encoder, which reads the two together: a logit each, comparable
   * within one query. A passage too long for the model is cut at its end. Cost: one pass of the model over each pair.
   * @throws EngineError `model-unavailable`, also for a model that is no cross-encoder.
   */
  score(
    model: string,
    query: string,
    passages: readonly string[],
    options?: Pick<EmbedOptions, 'signal'>,
  ): Promise<Float32Array<ArrayBuffer>>;
  info(): Promise<EncoderInfo>;
  close(): Promise<void>;
}
