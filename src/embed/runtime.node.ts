import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import { openSession, type Runtime } from './session.ts';

/** ONNX Runtime's own CPU build. `threads`: all cores unless told. */
export function nativeRuntime(threads = availableParallelism()): Runtime {
  return {
    backend: 'native: ONNX Runtime for Node',
    threads,
    notes: [],
    open: ({ weights }, where) =>
      openSession(ort, weights, { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 }, where),
  };
}
