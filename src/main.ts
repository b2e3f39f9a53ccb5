import { connectEngine } from './bridge/client.ts';
import { startExplorer } from './ui/start.ts';

const startWorker = () => new Worker(new URL('../workers/engine.worker.ts', import.meta.url), { type: 'module' });

startExplorer(connectEngine(startWorker), document.querySelector<HTMLElement>('#explorer')!);
