import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

/** Where the build put the WebAssembly of `onnxruntime-web/webgpu`, which transformers.js runs on too. */
export function gpuPaths(): { readonly mjs: string; readonly wasm: string } {
  const here = (url: string) => new URL(url, globalThis.location.href).href;
  return { mjs: here(mjs), wasm: here(wasm) };
}
