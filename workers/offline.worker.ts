/**
 * Keeps a static search index for use without a network. `nearfield build --offline` writes it into the site's root,
 * since a service worker sees only what lies below it; a site that has one already puts `importScripts` of this in it.
 * `NEARFIELD_INDEX`, set before, says where the index lies, from the worker; `./nearfield/` unless told. Pages that
 * were visited open again without a network, too.
 */
declare const self: ServiceWorkerGlobalScope & { readonly NEARFIELD_INDEX?: string };

const INDEX = new URL(self.NEARFIELD_INDEX ?? './nearfield/', self.location.href).href;
const CACHE = 'nearfield-index';
const PAGES = 'nearfield-pages';
const MANIFEST = `${INDEX}manifest.json`;
const SCRIPT = `${INDEX}nearfield.js`;
/** Shards have the hash of their bytes in their name: one name is one content for ever. */
const SHARDS = /[a-z]{2}-[a-z]+(?:-\d+)?\.[0-9a-f]{12}\.nf/g;

self.addEventListener('install', (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.url.startsWith(INDEX)) {
    if (request.url.endsWith('.nf')) event.respondWith(keptFirst(request));
    else
      event.respondWith(
        freshFirst(request, CACHE, request.url === MANIFEST ? () => event.waitUntil(keepAll()) : undefined),
      );
  } else if (request.mode === 'navigate') event.respondWith(freshFirst(request, PAGES));
});

/** Fetches what the manifest names and is not here, then forgets what it no longer names. The manifest is put last. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  const response = await fetch(MANIFEST, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${MANIFEST} answered ${response.status}`);
  const names = new Set((await response.clone().text()).match(SHARDS) ?? []);
  for (const name of names) if (!(await cache.match(INDEX + name))) await cache.add(INDEX + name);
  await cache.add(SCRIPT);
  await cache.put(MANIFEST, response);
  for (const { url } of await cache.keys()) {
    if (url.endsWith('.nf') && !names.has(url.slice(INDEX.length))) await cache.delete(url);
  }
}

async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request.url)) ?? fetch(request);
}

async function freshFirst(request: Request, name: string, onChange?: () => void): Promise<Response> {
  const cache = await caches.open(name);
  try {
    const response = await fetch(request);
    if (!response.ok) return response;
    if (onChange) {
      const before = await (await cache.match(request.url))?.text();
      if (before !== (await response.clone().text())) onChange();
    } else await cache.put(request.url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request.url, { ignoreSearch: name === PAGES });
    if (kept) return kept;
    throw error;
  }
}

export {};
