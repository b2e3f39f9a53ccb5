import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Encoder } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { wasmRuntime } from './runtime.wasm.ts';
import { fetchSource } from './source.browser.ts';

/** The encoder of a page that only asks questions of vectors made elsewhere: our models alone, on WebAssembly alone. */
export function createWasmEncoder(models: string | URL): Encoder {
  return createEncoder({ source: fetchSource(models), runtime: wasmRuntime({ paths: { mjs, wasm } }) });
}
