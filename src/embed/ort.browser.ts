import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { EncoderSettings } from '../core/encoder.ts';
import { wasmRuntime } from './runtime.wasm.ts';
import type { Runtime } from './session.ts';

/** Beyond, its threads mostly wait for one another: they share each product of matrices. */
const MOST_THREADS = 4;

/** ONNX Runtime's WebAssembly from where the build put it. */
export function ortRuntime({ threads, memory }: Pick<EncoderSettings, 'threads' | 'memory'>): Runtime {
  return wasmRuntime({
    paths: { mjs, wasm },
    ...(threads !== undefined && { threads: Math.min(threads, MOST_THREADS) }),
    ...(memory && { memory }),
  });
}
