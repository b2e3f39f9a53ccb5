import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Encoder } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { wasmRuntime } from './runtime.wasm.ts';
import { fetchSource } from './source.browser.ts';

/** An encoder for a worker: models from `models/…` under an absolute address, ONNX Runtime's WebAssembly from our own origin. */
export function createBrowserEncoder(models: string | URL): Encoder {
  return createEncoder({ source: fetchSource(models), runtime: wasmRuntime({ paths: { mjs, wasm } }) });
}
