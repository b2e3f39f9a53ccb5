import { EngineError } from '../core/errors.ts';
import type { ModelFile } from './card.ts';
import { type ModelSource, type ReadOptions, verify } from './source.ts';

const CACHE = 'nearfield-models-1';

/**
 * Models under an absolute base address that ends in `/`.
 *
 * A verified file is kept in the Cache API and served from there ever after, offline too; `model.json` is asked for
 * anew each time and taken from the cache when that fails. Nothing is kept before its hash has been checked, and
 * what is kept is checked again, so a damaged copy costs one download and never an error. Where the browser offers
 * no cache, or refuses the space, the file is used all the same.
 */
export function fetchSource(base: string | URL): ModelSource {
  const address = (model: string, path: string) => new URL(`${model}/${path}`, base).href;
  return {
    async manifest(model, signal) {
      const url = address(model, 'model.json');
      const kept = await openCache();
      try {
        const response = await request(url, signal);
        const json: unknown = await response.clone().json();
        await kept?.put(url, response).catch(() => {});
        return json;
      } catch (error) {
        signal.throwIfAborted();
        const copy = await kept?.match(url);
        if (copy) return copy.json();
        throw error instanceof EngineError ? error : unavailable(url, `is not JSON: ${(error as Error).message}`);
      }
    },
    async file(model, file, options) {
      const url = address(model, file.path);
      const kept = await openCache();
      const copy = await kept?.match(url);
      if (copy) {
        try {
          return await receive(copy, url, file, options);
        } catch {
          options.signal.throwIfAborted();
          await kept?.delete(url);
        }
      }
      const bytes = await receive(await request(url, options.signal), url, file, options);
      await kept?.put(url, new Response(bytes)).catch(() => {});
      return bytes;
    },
  };
}

/** Absent in insecure contexts, refused in some private windows. */
const openCache = async () => globalThis.caches?.open(CACHE).catch(() => undefined);

async function request(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: Error) => {
    signal.throwIfAborted();
    throw unavailable(url, `could not be fetched (${error.message})`);
  });
  if (!response.ok) throw unavailable(url, `answered ${response.status}`);
  if (response.headers.get('content-type')?.startsWith('text/html'))
    throw unavailable(url, 'is an HTML page, not a model file');
  return response;
}

async function receive(response: Response, url: string, file: ModelFile, { signal, onBytes }: ReadOptions) {
  const bytes = new Uint8Array(file.bytes);
  let at = 0;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (at + part.value.length > bytes.length)
        throw new EngineError('model-corrupt', `${url}: expected ${file.bytes} bytes, got more.`);
      bytes.set(part.value, at);
      at += part.value.length;
      onBytes(at);
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    signal.throwIfAborted();
    throw error instanceof EngineError ? error : unavailable(url, `broke off after ${at} of ${file.bytes} bytes`);
  }
  if (at < bytes.length) throw unavailable(url, `broke off after ${at} of ${file.bytes} bytes`);
  await verify(bytes, file, url);
  return bytes;
}

const unavailable = (url: string, what: string) =>
  new EngineError('model-unavailable', `${url} ${what}; check the connection and the address, then try again.`);
