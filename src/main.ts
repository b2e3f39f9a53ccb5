import { connectEngine } from './bridge/client.ts';
import { startExplorer } from './ui/start.ts';

const startWorker = () => new Worker(new URL('../workers/engine.worker.ts', import.meta.url), { type: 'module' });
const engine = connectEngine(startWorker);

// For the curious at the console: await nearfield.search('…')
Object.assign(globalThis, { nearfield: engine });

startExplorer(engine, document.querySelector<HTMLElement>('#explorer')!);
