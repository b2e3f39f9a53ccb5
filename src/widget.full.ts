/** Fetched only for the full tier: an encoder in a worker of its own, with models from `models/` beside the script. */
import { connectEncoder } from './bridge/client.ts';
import { restingEncoder } from './bridge/resting.ts';
import type { Encoder } from './core/encoder.ts';
import { trustOwnScripts } from './ui/trust.ts';

export function startEncoder(): Encoder {
  trustOwnScripts();
  const start = () => new Worker(new URL('../workers/query.worker.ts', import.meta.url), { type: 'module' });
  return restingEncoder(connectEncoder(start), 300_000);
}
