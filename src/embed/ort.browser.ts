import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { EncoderSettings } from '../core/encoder.ts';
import { wasmRuntime } from './runtime.wasm.ts';
import type { Runtime } from './session.ts';

/** ONNX Runtime's WebAssembly from where the build put it. */
export const ortRuntime = (settings: Pick<EncoderSettings, 'threads' | 'memory'>): Runtime =>
  wasmRuntime({ paths: { mjs, wasm }, ...settings });
