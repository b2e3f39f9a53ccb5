import * as ort from 'onnxruntime-web/webgpu';
import { EngineError } from '../core/errors.ts';
import { openSession, type Runtime, type Session } from './session.ts';

/** What `tools/models/webgpu.py` calls the file that a graph for GPUs reads its weights from. */
const WEIGHTS = 'weights';
/** Another processor rounds otherwise; another result is another matter. */
const LEAST_COSINE = 0.99;

/** ONNX Runtime on WebGPU. `paths`: its WebAssembly and loader, of the build called `asyncify`. */
export function webgpuRuntime(paths: { readonly wasm: string; readonly mjs: string }, why: string): Runtime {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = paths;
  return {
    backend: `webgpu: ${why}`,
    threads: 1,
    notes: [],
    async open({ weights, webgpu }, where) {
      if (!webgpu) throw new EngineError('model-unavailable', `${where} has no graph for GPUs.`);
      const session = await openSession(
        ort,
        webgpu.graph,
        { executionProviders: ['webgpu'], externalData: [{ path: WEIGHTS, data: weights }] },
        where,
      );
      try {
        for (const { ids, vector } of webgpu.probes) await probe(session, ids, vector, where);
      } catch (error) {
        await session.close();
        throw error;
      }
      return session;
    },
  };
}

/** Throws unless the session makes of `ids` what the form for CPUs made of them. */
async function probe(session: Session, ids: readonly number[], expected: Int8Array, where: string): Promise<void> {
  const got = (await session.run(ids, 'first')).subarray(0, expected.length);
  const [dot, a, b] = got.reduce(
    ([dot, a, b], value, i) => [dot + value * expected[i]!, a + value * value, b + expected[i]! * expected[i]!],
    [0, 0, 0] as [number, number, number],
  );
  const cosine = dot / Math.sqrt(a * b);
  if (cosine >= LEAST_COSINE) return;
  throw new EngineError(
    'model-unavailable',
    `${where}: expected the GPU to agree with the CPU (cosine ≥ ${LEAST_COSINE}), got ${cosine.toFixed(3)}.`,
  );
}
