import { connectEncoder, connectProjector, connectTrainer } from '../src/bridge/client.ts';
import { frugalEncoder } from '../src/bridge/frugal.ts';
import { serveEngine } from '../src/bridge/host.ts';
import { pooledEncoder } from '../src/bridge/pool.ts';
import { restingEncoder } from '../src/bridge/resting.ts';
import { askForWorker } from '../src/bridge/workers.ts';
import { type Device, fitTo, sharesMemory } from '../src/core/device.ts';
import { modelNames } from '../src/core/models.ts';
import { createEngine } from '../src/engine.ts';
import { openBrowserStore } from '../src/store/browser.ts';

serveEngine(({ collection = 'nearfield', model, memory = 'auto', fields = {}, crossEncoder, ...settings }) => {
  const { form, workers, note, ...fit } = fitTo(navigatorAndPage(), memory);
  const connected = (count: number, memory: 'ample' | 'short') =>
    pooledEncoder(
      Array.from({ length: count }, () => connectEncoder(() => askForWorker('embed'), { ...fit, ...settings, memory })),
    );
  const encoder = frugalEncoder(connected(workers, fit.memory), () => connected(1, 'short'), note);
  return createEngine({
    store: (settings) => openBrowserStore(collection, settings),
    encoder: restingEncoder(encoder, settings.idleMs ?? fit.idleMs),
    trainer: connectTrainer(() => askForWorker('train')),
    projector: connectProjector(() => askForWorker('map')),
    models: modelNames(model ?? form),
    fields,
    ...(crossEncoder !== undefined && { crossEncoder }),
  });
});

function navigatorAndPage(): Device {
  const { hardwareConcurrency, deviceMemory } = navigator as WorkerNavigator & { readonly deviceMemory?: number };
  return { hardwareConcurrency, sharesMemory: sharesMemory(), ...(deviceMemory !== undefined && { deviceMemory }) };
}
