import * as ort from 'onnxruntime-web/webgpu';
import { EngineError } from '../core/errors.ts';
import { prove } from './probe.ts';
import { openSession, type Runtime } from './session.ts';

/** What `tools/models/webgpu.py` calls the file that a graph for GPUs reads its weights from. */
const WEIGHTS = 'weights';

/** ONNX Runtime on WebGPU. `paths`: its WebAssembly and loader, of the build called `asyncify`. */
export function webgpuRuntime(paths: { readonly wasm: string; readonly mjs: string }, why: string): Runtime {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = paths;
  return {
    backend: `webgpu: ${why}`,
    threads: 1,
    notes: [],
    async open({ weights, webgpu, probes }, where) {
      if (!webgpu) throw new EngineError('model-unavailable', `${where} has no graph for GPUs.`);
      const session = await openSession(
        ort,
        webgpu,
        { executionProviders: ['webgpu'], externalData: [{ path: WEIGHTS, data: weights }] },
        where,
      );
      try {
        await prove(session, probes, 'the GPU', where);
      } catch (error) {
        await session.close();
        throw error;
      }
      return session;
    },
  };
}
