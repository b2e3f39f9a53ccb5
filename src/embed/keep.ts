const CACHE = 'nearfield-models-2';

/** Bytes kept on the device by address, between visits. */
export interface Keep {
  get(address: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Rejects where the device has no room. */
  put(address: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets every address that begins with `prefix` and for which `unless` does not hold. */
  forget(prefix: string, unless?: (address: string) => boolean): Promise<void>;
}

/** The Cache API; absent in insecure contexts, refused in some private windows, and missing under Node. */
export async function openKeep(): Promise<Keep | undefined> {
  let cache: Cache | undefined;
  try {
    cache = await globalThis.caches?.open(CACHE);
  } catch {}
  if (!cache) return undefined;
  return cacheKeep(cache);
}

function cacheKeep(cache: Cache): Keep {
  return {
    async get(address) {
      const response = await cache.match(address);
      return response && new Uint8Array(await response.arrayBuffer());
    },
    put: (address, bytes) => cache.put(address, new Response(bytes)),
    async forget(prefix, unless = () => false) {
      const found = (await cache.keys()).filter(({ url }) => url.startsWith(prefix) && !unless(url));
      await Promise.all(found.map((request) => cache.delete(request)));
    },
  };
}
