import type { Encoder, EncoderSettings } from '../core/encoder.ts';
import { PICKED } from '../shelf/shelf.ts';
import type { Thread } from './bert/threads.ts';
import { createEncoder, encoderOver } from './encoder.ts';
import { gpuPaths } from './gpu-paths.browser.ts';
import { createHubEncoder } from './hub.ts';
import { pickedModel } from './picked.browser.ts';
import { routedEncoder } from './routed.ts';
import { browserRuntime } from './runtime.browser.ts';
import { fetchSource } from './source.browser.ts';

/**
 * An encoder for a worker, with ONNX Runtime from our own origin. A model is named by its folder under `models` (an
 * absolute address), by the name that `keepModel` gave it (`picked/name`), or, through transformers.js, by its address (`https://…/name`, `/models/name`) or its name on the
 * Hugging Face hub (`owner/name`).
 *
 * @param startThread Starts a thread that shares memory with this one; without, there are none.
 */
export function createBrowserEncoder(
  models: string | URL,
  settings: EncoderSettings = {},
  startThread?: () => Thread,
): Encoder {
  const [runtime, wasm] = [browserRuntime(settings, startThread), gpuPaths()];
  const ours = createEncoder({ source: fetchSource(models), runtime });
  const picked = encoderOver((id) => pickedModel(id, runtime, wasm), runtime);
  const others = routedEncoder((model) => model.includes('/'), createHubEncoder({ wasm }), ours);
  return routedEncoder((model) => model.startsWith(PICKED), picked, others);
}
