import { openEngine } from './index.ts';
import { startExplorer } from './ui/start.ts';

const engine = openEngine();

// For the curious at the console: await nearfield.search('…')
Object.assign(globalThis, { nearfield: engine });

startExplorer(engine, document.querySelector<HTMLElement>('#explorer')!);
