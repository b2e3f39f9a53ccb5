/** The library in a browser: an engine in a worker of its own. */
import { connectEngine } from './bridge/client.ts';
import type { Engine } from './core/engine.ts';
import type { FieldWeights } from './core/types.ts';
import { startWorker } from './workers.ts';

export * from './api.ts';
export { type Expander, type ExpanderOptions, languageModelExpander } from './expand/language-model.ts';
export { forgetModel, keepModel, keptModels } from './shelf/shelf.ts';

export interface OpenOptions {
  /** Name of the collection: `nearfield` unless told. Collections of one origin do not see one another. */
  readonly collection?: string;
  /** Address of the folder with the models' folders (`npx nearfield models <folder>` makes one); `models/` beside the page unless told. */
  readonly models?: string | URL;
  /**
   * `full`, `small` (half the download), or another model, which then encodes every language: its name on the Hugging
   * Face hub, its address, or what `keepModel` returned for files that a person picked. Unless told,
   * `full`; `small` where memory is short.
   */
  readonly model?: string;
  /** `short` saves memory; unless told, where the browser says that the device has two gigabytes or less. */
  readonly memory?: 'auto' | 'ample' | 'short';
  /** What a word counts by where it stands, alike everywhere unless told: `{ title: 2 }` suits question–answer lists. */
  readonly fields?: FieldWeights;
  /**
   * The model for `search(…, { rerank: 'cross-encoder' })`: an address of a folder in the transformers.js layout, or a name
   * on the Hugging Face hub (`Xenova/bge-reranker-base`), fetched when it is first used.
   */
  readonly crossEncoder?: string;
  /** Where models compute: on a GPU that proves to agree with the processor, else on the processor, unless told. */
  readonly backend?: 'auto' | 'wasm' | 'webgpu';
}

/**
 * An engine over a collection in this browser's IndexedDB. The worker starts, and a model is fetched, when first needed.
 * Close it to end the worker; what was committed stays.
 */
export function openEngine({ models = 'models', ...settings }: OpenOptions = {}): Engine {
  const folder = new URL(models, document.baseURI);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return connectEngine(() => startWorker('engine'), { ...settings, models: folder.href });
}
