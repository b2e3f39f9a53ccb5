import { forgetModel, keepModel, keptModels, openEngine } from './index.ts';
import { startExplorer } from './ui/start.ts';

// `?model=small`, `?backend=wasm`, `?memory=short`: what `openEngine` takes, for this visit.
const asked = new URLSearchParams(location.search);
const model = asked.get('model') ?? undefined;
const backend = (['auto', 'wasm', 'webgpu'] as const).find((name) => name === asked.get('backend'));
const memory = (['auto', 'ample', 'short'] as const).find((name) => name === asked.get('memory'));
const engine = openEngine({
  ...(memory && { memory }),
  ...(model !== undefined && { model }),
  ...(backend && { backend }),
});

// For the curious at the console: await nearfield.search('…')
Object.assign(globalThis, { nearfield: engine });

const models = {
  current: model,
  kept: keptModels,
  keep: keepModel,
  forget: forgetModel,
  use(name?: string) {
    if (name === undefined) asked.delete('model');
    else asked.set('model', name);
    location.search = asked.toString();
  },
};
startExplorer(engine, models, document.querySelector<HTMLElement>('#explorer')!);
