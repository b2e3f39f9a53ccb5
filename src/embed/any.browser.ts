import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Encoder } from '../core/encoder.ts';
import { createBrowserEncoder } from './encoder.browser.ts';
import { createHubEncoder } from './hub.ts';
import { routedEncoder } from './routed.ts';

/**
 * An encoder for a worker that takes any model's name: one of ours (`bge-small-en-v1.5`) comes from `models`, a name
 * with a slash (`owner/model`) from the Hugging Face hub through transformers.js, which is fetched only then.
 *
 * The build must alias `onnxruntime-web/webgpu` to `onnxruntime-web/wasm`: one runtime in the build, from our origin.
 */
export function createAnyBrowserEncoder(models: string | URL): Encoder {
  const here = (url: string) => new URL(url, globalThis.location.href).href;
  const hub = createHubEncoder({ wasm: { mjs: here(mjs), wasm: here(wasm) } });
  return routedEncoder((model) => model.includes('/'), hub, createBrowserEncoder(models));
}
