import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Encoder } from '../core/encoder.ts';
import { createEncoder } from './encoder.ts';
import { nativeRuntime } from './runtime.node.ts';
import type { Runtime } from './session.ts';
import { folderSource } from './source.node.ts';

/**
 * An encoder for the command line, the evaluation and the tests: models from a folder, ONNX Runtime's native build.
 *
 * @param models The folder that holds the models; this package's own `public/models` unless told.
 */
export function createNodeEncoder(models = packagedModels(), runtime: Runtime = nativeRuntime()): Encoder {
  return createEncoder({ source: folderSource(models), runtime });
}

/** `public/models` of this package: looked for upwards, since the built file lies elsewhere than its source. */
export function packagedModels(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    for (const models of ['public/models', 'dist/web/models']) {
      const found = join(folder, models);
      if (existsSync(found)) return found;
    }
  }
  return join(process.cwd(), 'public/models');
}
