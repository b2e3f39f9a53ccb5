import { sharesMemory } from '../core/device.ts';
import type { EncoderSettings } from '../core/encoder.ts';
import { bertRuntime } from './bert/runtime.ts';
import type { Thread } from './bert/threads.ts';
import type { Runtime } from './session.ts';

const MOST_THREADS = 4;

/**
 * The processor: our own models by our own kernels; ONNX Runtime (14 MB) is fetched where another model asks for it.
 *
 * @param start Starts a thread, of which there are as many as wanted where they can share memory.
 */
export function cpuRuntime(settings: Pick<EncoderSettings, 'threads' | 'memory'> = {}, start?: () => Thread): Runtime {
  const count = settings.threads ?? Math.min(MOST_THREADS, navigator.hardwareConcurrency);
  return bertRuntime({
    otherwise: async () => (await import('./ort.browser.ts')).ortRuntime(settings),
    ...(start && sharesMemory() && { threads: { start, count } }),
  });
}
