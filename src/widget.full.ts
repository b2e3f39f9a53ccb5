/** Fetched only for the full tier: an encoder in a worker of its own, with models from `models/` beside the script. */
import { connectEncoder } from './bridge/client.ts';
import type { Encoder } from './core/encoder.ts';
import { trustOwnScripts } from './ui/trust.ts';

export function startEncoder(): Encoder {
  trustOwnScripts();
  return connectEncoder(() => new Worker(new URL('../workers/embed.worker.ts', import.meta.url), { type: 'module' }));
}
