import { serveEncoder } from '../src/bridge/host.ts';
import { createWasmEncoder } from '../src/embed/encoder.wasm.ts';

// The built worker lies in assets/, its source in workers/: from both, the models are in the folder beside it.
const models = '../models/';
serveEncoder(createWasmEncoder(new URL(models, self.location.href)));
