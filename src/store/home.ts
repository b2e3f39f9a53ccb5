import type { Usage } from './store.ts';

/** What one atomic write does: `clear` first, then `deletes`, then `puts`. */
export interface Batch {
  readonly clear?: boolean;
  readonly deletes: readonly string[];
  readonly puts: readonly (readonly [key: string, block: ArrayBuffer])[];
}

/** A stretch of a block's bytes. */
export interface BlockPart {
  readonly key: string;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Where blocks live: keys to bytes, with atomic writes. It knows nothing of documents or segments.
 * IndexedDB, a file and plain memory are homes; `createStore` is the same over all of them.
 *
 * @throws EngineError `quota-exceeded` (nothing of the batch is kept), `busy`, `store-version`.
 */
export interface Home {
  /** What was found damaged on opening and cannot be told from its key, a sentence each. */
  readonly damage?: readonly string[];
  /** The blocks under `keys`, in that order, all of one moment. The buffers are the caller's. */
  read(keys: readonly string[]): Promise<(ArrayBuffer | undefined)[]>;
  /**
   * Stretches of blocks, in that order, and no more than them is read of a large block; of one that ends early what there is,
   * of one that is not there undefined. The buffers are the caller's.
   */
  readParts(parts: readonly BlockPart[]): Promise<(ArrayBuffer | undefined)[]>;
  /** Every block whose key starts with `prefix`, by ascending key. */
  list(prefix: string): Promise<[key: string, block: ArrayBuffer][]>;
  /**
   * Reads `keys`, asks `plan` what to write, and writes it, as one transaction: no other writer comes between,
   * and after a crash all of it is there or none. `plan` must not wait, and may be asked again about
   * newer blocks; if it throws, nothing is written.
   */
  update(keys: readonly string[], plan: (blocks: (ArrayBuffer | undefined)[]) => Batch): Promise<void>;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}
