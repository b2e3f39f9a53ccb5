import { EngineError } from '../core/errors.ts';
import { download, request, unavailable } from './download.ts';
import { type Keep, openKeep } from './keep.ts';
import type { ModelSource } from './source.ts';

/**
 * Models under an absolute base address that ends in `/`.
 *
 * Files are kept on the device and come from there ever after, offline too (see `download`); `model.json` is asked for
 * anew each time and taken from the device when that fails.
 *
 * @param keep Where files are kept: the Cache API unless told, and nowhere where there is none.
 */
export function fetchSource(base: string | URL, keep: Promise<Keep | undefined> = openKeep()): ModelSource {
  const address = (model: string, path: string) => new URL(`${model}/${path}`, base).href;
  return {
    async manifest(model, signal) {
      const url = address(model, 'model.json');
      try {
        const bytes = new Uint8Array(await (await request(url, signal)).arrayBuffer());
        const json = parse(bytes, url);
        await (await keep)?.put(url, bytes).catch(() => {});
        return json;
      } catch (error) {
        signal.throwIfAborted();
        const copy = await (await keep)?.get(url);
        if (copy) return parse(copy, url);
        throw error instanceof EngineError ? error : unavailable(url, 'broke off');
      }
    },
    file: async (model, file, options) => download(address(model, file.path), file, await keep, options),
  };
}

function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unavailable(url, `is not JSON (${(error as Error).message})`);
  }
}
