/** The library in Node: the same engine, on ONNX Runtime's native build. */
import type { Engine } from './core/engine.ts';
import { MODELS, modelNames } from './core/models.ts';
import type { FieldWeights } from './core/types.ts';
import { nodeEncoderFor, withCrossEncoder } from './embed/any.node.ts';
import { createNodeEncoder } from './embed/encoder.node.ts';
import { createEngine } from './engine.ts';
import { openFileStore } from './store/files.node.ts';
import { createMemoryStore } from './store/memory.ts';

export * from './api.ts';

export interface OpenOptions {
  /** Where the collection is kept, made if there is none; in memory, and gone with the process, unless told. */
  readonly folder?: string;
  /** The folder with the models' folders: those that come with the package unless told. */
  readonly models?: string;
  /**
   * `full`, `small`, or another model, which then encodes every language: a folder in our layout or the transformers.js
   * one, or a name on the Hugging Face hub. `full` unless told.
   */
  readonly model?: string;
  /** What a word counts by where it stands, alike everywhere unless told: `{ title: 2 }` suits question–answer lists. */
  readonly fields?: FieldWeights;
  /**
   * The model for `search(…, { rerank: 'cross-encoder' })`: a folder in the transformers.js layout, or a name on the
   * Hugging Face hub (`Xenova/bge-reranker-base`), fetched when it is first used.
   */
  readonly crossEncoder?: string;
}

/**
 * An engine over a collection on disk. One process may have it open at a time. Nothing is read before the first call.
 * Close it to let the process end.
 */
export function openEngine({ folder, models, model = 'full', fields = {}, crossEncoder }: OpenOptions = {}): Engine {
  const { encoder, id } = model in MODELS ? { encoder: createNodeEncoder(models), id: model } : nodeEncoderFor(model);
  return createEngine({
    store: async (settings) => (folder === undefined ? createMemoryStore(settings) : openFileStore(folder, settings)),
    ...(crossEncoder === undefined ? { encoder } : withCrossEncoder(encoder, crossEncoder)),
    models: modelNames(id),
    fields,
  });
}
