import { connectEncoder, connectTrainer } from '../src/bridge/client.ts';
import { serveEngine } from '../src/bridge/host.ts';
import { pooledEncoder } from '../src/bridge/pool.ts';
import { restingEncoder } from '../src/bridge/resting.ts';
import { modelNames } from '../src/core/models.ts';
import { createEngine } from '../src/engine.ts';
import { openBrowserStore } from '../src/store/browser.ts';

const startTrainer = () => new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module' });
const startEncoder = () => new Worker(new URL('./embed.worker.ts', import.meta.url), { type: 'module' });

// Chromium alone tells how much memory there is, rounded, in gigabytes.
const { deviceMemory = 8 } = navigator as { deviceMemory?: number };
const fitting = deviceMemory <= 2 ? 'small' : 'full';

/**
 * Two workers share the passages, and the cores if they may have threads: threads wait for one another, and on a busy
 * machine two of them took 1.5 × the time of one, where two workers took 0.7 × (`npm run bench encoder`).
 */
const workers = deviceMemory > 2 && navigator.hardwareConcurrency > 1 ? 2 : 1;
const threads = Math.max(1, Math.min(4, Math.floor(navigator.hardwareConcurrency / workers)));

serveEngine(({ collection = 'nearfield', model = fitting, fields = {}, crossEncoder, ...encoder }) =>
  createEngine({
    store: (settings) => openBrowserStore(collection, settings),
    encoder: restingEncoder(
      pooledEncoder(Array.from({ length: workers }, () => connectEncoder(startEncoder, { threads, ...encoder }))),
      encoder.idleMs ?? 300_000,
    ),
    trainer: connectTrainer(startTrainer),
    models: modelNames(model),
    fields,
    ...(crossEncoder !== undefined && { crossEncoder }),
  }),
);
