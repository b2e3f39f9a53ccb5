import { connectEncoder, connectTrainer } from '../src/bridge/client.ts';
import { serveEngine } from '../src/bridge/host.ts';
import { restingEncoder } from '../src/bridge/resting.ts';
import { createEngine } from '../src/engine.ts';
import { openBrowserStore } from '../src/store/browser.ts';

const startTrainer = () => new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module' });
const startEncoder = () => new Worker(new URL('./embed.worker.ts', import.meta.url), { type: 'module' });

serveEngine(({ collection = 'nearfield', ...encoder }) =>
  createEngine({
    store: (settings) => openBrowserStore(collection, settings),
    encoder: restingEncoder(connectEncoder(startEncoder, encoder), encoder.idleMs ?? 300_000),
    trainer: connectTrainer(startTrainer),
    models: { en: 'bge-small-en-v1.5', zh: 'bge-small-zh-v1.5' },
  }),
);
