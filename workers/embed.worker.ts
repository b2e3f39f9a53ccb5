import { serveEncoder } from '../src/bridge/host.ts';
import { askForWorker } from '../src/bridge/workers.ts';
import { createBrowserEncoder } from '../src/embed/encoder.browser.ts';

// The built worker lies in assets/, its source in workers/: from both, the models are in the folder beside it.
const beside = '../models/';
serveEncoder(({ models = beside, ...settings }) =>
  createBrowserEncoder(new URL(models, self.location.href), settings, () => askForWorker('bert')),
);
