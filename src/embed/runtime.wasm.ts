import * as ort from 'onnxruntime-web/wasm';
import { openSession, type Runtime } from './session.ts';

export interface WasmOptions {
  /** Addresses of ONNX Runtime's WebAssembly and its loader, on our own origin. Node finds its own. */
  readonly paths?: { readonly wasm: string; readonly mjs: string };
  readonly threads?: number;
}

/** ONNX Runtime compiled to WebAssembly with SIMD, on several threads where the page is cross-origin isolated. */
export function wasmRuntime(options: WasmOptions = {}): Runtime {
  const isolated = globalThis.crossOriginIsolated === true;
  const threads = options.threads ?? (isolated ? Math.min(4, navigator.hardwareConcurrency) : 1);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (options.paths) ort.env.wasm.wasmPaths = options.paths;
  const why = isolated ? 'the page is cross-origin isolated' : 'one thread, as the page is not cross-origin isolated';
  return {
    backend: `wasm: SIMD, ${why}`,
    threads,
    open: (weights, where) => openSession(ort, weights, { executionProviders: ['wasm'] }, where),
  };
}
