import { openEngine } from './index.ts';
import { startExplorer } from './ui/start.ts';

// `?model=small`, `?backend=wasm`: what `openEngine` takes, for this visit.
const asked = new URLSearchParams(location.search);
const model = asked.get('model');
const backend = (['auto', 'wasm', 'webgpu'] as const).find((name) => name === asked.get('backend'));
const engine = openEngine({ ...(model !== null && { model }), ...(backend && { backend }) });

// For the curious at the console: await nearfield.search('…')
Object.assign(globalThis, { nearfield: engine });

startExplorer(engine, document.querySelector<HTMLElement>('#explorer')!);
