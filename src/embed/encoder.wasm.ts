import type { Encoder } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { cpuRuntime } from './runtime.cpu.browser.ts';
import { fetchSource } from './source.browser.ts';

/** The encoder of a page that only asks questions of vectors made elsewhere: our models alone, on the processor alone. */
export function createWasmEncoder(models: string | URL): Encoder {
  return createEncoder({ source: fetchSource(models), runtime: cpuRuntime() });
}
