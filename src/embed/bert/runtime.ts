import { isOutOfMemory } from '../../core/device.ts';
import { bertKernels, bertModule } from '../../kernels/bert/kernels.ts';
import { type KernelForm, kernelInfo } from '../../kernels/kernels.ts';
import { prove } from '../probe.ts';
import type { ModelBytes, Runtime, Session } from '../session.ts';
import { bertEncoder, placeBert } from './bert.ts';
import { type BertWeights, readBert } from './weights.ts';

export interface BertOptions {
  /** What opens models that are not ours, fetched only then. */
  readonly otherwise: () => Promise<Runtime>;
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
export function bertRuntime({ otherwise, form = kernelInfo().form }: BertOptions): Runtime {
  let other: Promise<Runtime> | undefined;
  let shown: { readonly backend: string; readonly threads: number } = {
    backend: `wasm: ${NAMES[form]}${form === 'relaxed-simd' ? '' : `, as ${kernelInfo().why}`}`,
    threads: 1,
  };
  let compiled: WebAssembly.Module | undefined;
  const notes: string[] = [];

  const openOwn = async (weights: BertWeights, { probes }: ModelBytes, where: string): Promise<Session> => {
    compiled ??= bertModule(form);
    const { memory, plan } = placeBert(weights, form, compiled, 1);
    const encoder = bertEncoder(memory, bertKernels(memory, compiled), plan);
    const session: Session = { run: async (ids, rows) => encoder.encode(ids, rows), close: async () => {} };
    await prove(session, probes, NAMES[form], where);
    return session;
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
