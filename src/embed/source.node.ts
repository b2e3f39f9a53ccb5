import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../core/errors.ts';
import { type ModelSource, verify } from './source.ts';

/** Models in a folder on disk: `<folder>/<model>/model.json` and the files it names. */
export function folderSource(folder: string): ModelSource {
  return {
    async manifest(model, signal) {
      const path = join(folder, model, 'model.json');
      const bytes = await read(path, signal);
      try {
        return JSON.parse(new TextDecoder().decode(bytes));
      } catch (cause) {
        throw new EngineError('model-unavailable', `${path} is not JSON: ${(cause as Error).message}.`);
      }
    },
    async file(model, file, { signal, onBytes }) {
      const path = join(folder, model, file.path);
      const bytes = await read(path, signal);
      await verify(bytes, file, path);
      onBytes(bytes.length);
      return bytes;
    },
  };
}

async function read(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path, { signal }));
  } catch (cause) {
    signal.throwIfAborted();
    throw new EngineError(
      'model-unavailable',
      `Could not read ${path} (${(cause as NodeJS.ErrnoException).code}); name the folder that holds the models.`,
    );
  }
}
