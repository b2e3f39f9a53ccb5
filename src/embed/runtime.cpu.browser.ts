import type { EncoderSettings } from '../core/encoder.ts';
import { bertRuntime } from './bert/runtime.ts';
import type { Runtime } from './session.ts';

/** The processor: our own models by our own kernels; ONNX Runtime (12 MB) is fetched where another model asks for it. */
export function cpuRuntime(settings: Pick<EncoderSettings, 'threads' | 'memory'> = {}): Runtime {
  return bertRuntime({ otherwise: async () => (await import('./ort.browser.ts')).ortRuntime(settings) });
}
