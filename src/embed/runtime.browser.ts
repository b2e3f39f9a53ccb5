import type { EncoderSettings } from '../core/encoder.ts';
import type { Thread } from './bert/threads.ts';
import { gpuPaths } from './gpu-paths.browser.ts';
import { cpuRuntime } from './runtime.cpu.browser.ts';
import type { Runtime } from './session.ts';
import { survivingSession } from './surviving.ts';

/**
 * WebGPU where there is a real adapter and the GPU proves to compute what the CPU does, WebAssembly otherwise; why is
 * said in `backend` and `notes`. The GPU's side of ONNX Runtime (27 MB) is fetched only where there is an adapter.
 * `webgpu` insists on a GPU even if it is emulated by the processor, which is slower than WebAssembly.
 */
export function browserRuntime(
  { backend: wanted = 'auto', threads, memory }: EncoderSettings = {},
  startThread?: () => Thread,
): Runtime {
  let cpu: Runtime | undefined;
  const onCpu = () => {
    cpu ??= cpuRuntime({ ...(threads && { threads }), ...(memory && { memory }) }, startThread);
    return cpu;
  };
  let gpu: Runtime | undefined;
  const notes: string[] = [];
  let reason = '';
  let looking: Promise<void> | undefined;

  const look = async () => {
    const found = wanted === 'wasm' ? 'as asked for' : await adapterOrReason(wanted === 'webgpu');
    if (typeof found === 'string') {
      reason = found;
      return;
    }
    try {
      const { webgpuRuntime } = await import('./runtime.webgpu.ts');
      gpu = webgpuRuntime(gpuPaths(), found.name);
    } catch (error) {
      drop(error);
    }
  };
  const looked = () => {
    looking ??= look();
    return looking;
  };
  const drop = (error: unknown) => {
    gpu = undefined;
    reason = 'the GPU could not be used, see the notes';
    notes.push(`${(error as Error).message} The processor computes instead.`);
  };

  return {
    get backend() {
      if (gpu) return gpu.backend;
      const { backend } = onCpu();
      return reason ? `${backend}; ${reason}` : backend;
    },
    get threads() {
      return (gpu ?? onCpu()).threads;
    },
    get notes() {
      return [...notes, ...(cpu?.notes ?? [])];
    },
    async warm() {
      await looked();
      if (!gpu) await onCpu().warm?.();
    },
    async wantsWebgpu() {
      await looked();
      return gpu !== undefined;
    },
    async open(model, where) {
      await looked();
      if (gpu && model.webgpu) {
        try {
          const session = await gpu.open(model, where);
          return survivingSession(session, (cause) => {
            drop(cause);
            return onCpu().open(model, where);
          });
        } catch (error) {
          drop(error);
        }
      }
      return onCpu().open(model, where);
    },
  };
}

/** A GPU adapter by its name, or why there is none to use. */
async function adapterOrReason(evenEmulated: boolean): Promise<{ readonly name: string } | string> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  if (!gpu) return 'this browser has no WebGPU';
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return 'no GPU adapter';
  const { vendor = '', architecture = '', isFallbackAdapter = adapter.isFallbackAdapter } = adapter.info ?? {};
  const name = `${vendor} ${architecture}`.trim() || 'a GPU adapter';
  const emulated = isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(name);
  return emulated && !evenEmulated ? `the only GPU adapter is emulated by the processor (${name})` : { name };
}

/** What is used here of a `GPUAdapter`. */
interface Adapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly isFallbackAdapter?: boolean };
  readonly isFallbackAdapter?: boolean;
}
