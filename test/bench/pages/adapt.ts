import { connectEngine } from '../../../src/bridge/client.ts';

const startWorker = () => new Worker(new URL('./adapt.worker.ts', import.meta.url), { type: 'module' });
Object.assign(globalThis, { nearfield: connectEngine(startWorker) });
