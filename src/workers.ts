/** Starts the product's workers by name, and for each those that it asks for. */
import { startWorker as startWith, type WorkerName } from './bridge/workers.ts';

const STARTERS: Record<WorkerName, () => Worker> = {
  engine: () => new Worker(new URL('../workers/engine.worker.ts', import.meta.url), { type: 'module' }),
  embed: () => new Worker(new URL('../workers/embed.worker.ts', import.meta.url), { type: 'module' }),
  bert: () => new Worker(new URL('../workers/bert.worker.ts', import.meta.url), { type: 'module' }),
  train: () => new Worker(new URL('../workers/train.worker.ts', import.meta.url), { type: 'module' }),
  map: () => new Worker(new URL('../workers/map.worker.ts', import.meta.url), { type: 'module' }),
};

export const startWorker = (name: WorkerName): Worker => startWith((name) => STARTERS[name](), name);
