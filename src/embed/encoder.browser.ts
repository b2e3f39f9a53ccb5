import type { Encoder, EncoderSettings } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { gpuPaths } from './gpu-paths.browser.ts';
import { createHubEncoder } from './hub.ts';
import { routedEncoder } from './routed.ts';
import { browserRuntime } from './runtime.browser.ts';
import { fetchSource } from './source.browser.ts';

/**
 * An encoder for a worker, with ONNX Runtime from our own origin. A model is named by its folder under `models` (an
 * absolute address), or, through transformers.js, by its address (`https://…/name`, `/models/name`) or its name on the
 * Hugging Face hub (`owner/name`).
 */
export function createBrowserEncoder(models: string | URL, settings: EncoderSettings = {}): Encoder {
  const ours = createEncoder({ source: fetchSource(models), runtime: browserRuntime(settings) });
  return routedEncoder((model) => model.includes('/'), createHubEncoder({ wasm: gpuPaths() }), ours);
}
