import type { Encoder, EncoderSettings } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { browserRuntime } from './runtime.browser.ts';
import { fetchSource } from './source.browser.ts';

/** An encoder for a worker: models from `models/…` under an absolute address, ONNX Runtime from our own origin. */
export function createBrowserEncoder(models: string | URL, backend?: EncoderSettings['backend']): Encoder {
  return createEncoder({ source: fetchSource(models), runtime: browserRuntime(backend) });
}
