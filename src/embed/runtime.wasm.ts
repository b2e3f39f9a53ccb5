import * as ort from 'onnxruntime-web/wasm';
import { mayNestWorkers, sharesMemory } from '../core/device.ts';
import { openSession, type Runtime } from './session.ts';

export interface WasmOptions {
  /** Addresses of ONNX Runtime's WebAssembly and its loader, on our own origin. Node finds its own. */
  readonly paths?: { readonly wasm: string; readonly mjs: string };
  readonly threads?: number;
  readonly memory?: 'ample' | 'short';
}

/** The smallest graph there is: opening it fetches and compiles the runtime. y = Identity(x), ONNX IR 8, opset 17. */
const SMALLEST = Uint8Array.from(
  atob('CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE='),
  (letter) => letter.charCodeAt(0),
);

/** ONNX Runtime compiled to WebAssembly with SIMD, on several threads where they can share memory. */
export function wasmRuntime(options: WasmOptions = {}): Runtime {
  const alone = whyAlone();
  const threads = alone ? 1 : (options.threads ?? Math.min(4, navigator.hardwareConcurrency));
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (options.paths) ort.env.wasm.wasmPaths = options.paths;
  let warmed: Promise<unknown> | undefined;
  const warming = () => {
    warmed ??= ort.InferenceSession.create(SMALLEST).catch(() => {});
    return warmed;
  };
  return {
    backend: `wasm: SIMD, ${alone ? `one thread, as ${alone}` : 'threads share memory'}`,
    threads,
    notes: [],
    warm: async () => void (await warming()),
    open: ({ weights }, where) => {
      // Matrices are else kept a second time, in the order in which they are multiplied.
      const saving = options.memory === 'short' && { extra: { session: { disable_prepacking: '1' } } };
      return openSession(ort, weights, { executionProviders: ['wasm'], ...saving }, where);
    },
  };
}

/** Why there can be no threads. */
function whyAlone(): string | undefined {
  if (!sharesMemory()) return 'none can share memory here';
  return mayNestWorkers() ? undefined : 'in Firefox several may stand still';
}
