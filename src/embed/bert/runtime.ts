import { isOutOfMemory } from '../../core/device.ts';
import { bertKernels, bertModule } from '../../kernels/bert/kernels.ts';
import { type KernelForm, kernelInfo } from '../../kernels/kernels.ts';
import { prove } from '../probe.ts';
import type { ModelBytes, Runtime, Session } from '../session.ts';
import { survivingSession } from '../surviving.ts';
import { bertEncoder, placeBert } from './bert.ts';
import { startThreads, type Thread, type Threads } from './threads.ts';
import { type BertWeights, readBert } from './weights.ts';

export interface BertOptions {
  /** What opens models that are not ours, fetched only then. */
  readonly otherwise: () => Promise<Runtime>;
  /** How to start threads, and how many: from two on. They share the weights, which the page must allow. */
  readonly threads?: { readonly start: () => Thread; readonly count: number };
  /** Another form of the kernels than the best is for tests and comparisons. */
  readonly form?: KernelForm;
}

const NAMES: Record<KernelForm, string> = {
  'relaxed-simd': 'own kernels with relaxed SIMD',
  simd: 'own kernels with SIMD',
  'typed-arrays': 'own kernels in plain JavaScript, which is slow',
};

/**
 * Runs the encoders that `tools/models` makes by kernels of our own, and any other model by another runtime.
 *
 * An encoder is believed only when it computes the vectors kept with the model; else the other runtime runs it too, and
 * the notes say so.
 */
export function bertRuntime({ otherwise, threads, form = kernelInfo().form }: BertOptions): Runtime {
  const count = threads && threads.count > 1 && form !== 'typed-arrays' ? threads.count : 0;
  let other: Promise<Runtime> | undefined;
  let shown: { readonly backend: string; readonly threads: number } = {
    backend: `wasm: ${NAMES[form]}${form === 'relaxed-simd' ? '' : `, as ${kernelInfo().why}`}`,
    threads: Math.max(1, count),
  };
  let compiled: WebAssembly.Module | undefined;
  let started: Threads | undefined;
  const notes: string[] = [];

  const openOwn = async (weights: BertWeights, { probes }: ModelBytes, where: string): Promise<Session> => {
    compiled ??= bertModule(form);
    const { memory, plan } = placeBert(weights, form, compiled, 1 + count);
    const encoder = bertEncoder(memory, bertKernels(memory, compiled), plan);
    const here: Session = { run: async (ids, rows) => encoder.encode(ids, rows), close: async () => {} };
    await prove(here, probes, NAMES[form], where);
    if (count === 0) return here;
    try {
      return { ...survivingSession(begin().open(memory, compiled, plan, 1), alone(here)), parallel: count };
    } catch (cause) {
      return alone(here)(cause);
    }
  };
  const begin = () => {
    started ??= startThreads(threads!.start, count);
    return started;
  };
  /** Where threads end, or a browser refuses them, this one goes on over the same memory. */
  const alone = (here: Session) => async (cause: unknown) => {
    if (shown.threads > 1) {
      shown = { ...shown, threads: 1 };
      notes.push(`${(cause as Error).message} One thread encodes.`);
    }
    return here;
  };
  const openOther = async (model: ModelBytes, where: string, why: string) => {
    other ??= otherwise();
    const runtime = await other;
    const session = await runtime.open(model, where);
    shown = { backend: `${runtime.backend}; ${why}`, threads: runtime.threads };
    return session;
  };

  return {
    get backend() {
      return shown.backend;
    },
    get threads() {
      return shown.threads;
    },
    notes,
    async warm() {
      compiled ??= bertModule(form);
      try {
        if (count > 0) begin();
      } catch {
        // Said when a model is opened.
      }
    },
    async open(model, where) {
      const weights = readBert(model.weights, where);
      if (typeof weights === 'string') return openOther(model, where, `not by own kernels: ${weights}`);
      try {
        return await openOwn(weights, model, where);
      } catch (error) {
        // ONNX Runtime would take more.
        if (isOutOfMemory(error)) throw error;
        notes.push(`${(error as Error).message} ONNX Runtime computes instead.`);
        return openOther(model, where, 'own kernels did not agree, see the notes');
      }
    },
  };
}
