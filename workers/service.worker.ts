/**
 * Keeps the page on the machine: after the first visit everything but the models comes from here, network or not.
 * (The encoder keeps the models itself, verified.) `SHELL` is put in by the build; see `tools/build/offline.ts`.
 */
declare const self: ServiceWorkerGlobalScope;
declare const SHELL: { readonly version: string; readonly files: readonly string[] };

const PREFIX = 'nearfield-shell-';
const CACHE = PREFIX + SHELL.version;
const PAGE = new URL('./', self.location.href).href;
const KEPT = new Set(SHELL.files.map((file) => new URL(file, self.location.href).href));
/** Built files have the hash of their content in their name, so one name is one content for ever. */
const isHashed = (url: string) => /\/assets\/[^/]+-[\w-]{8}\.\w+$/.test(url);

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (request.mode === 'navigate' && (url.href === PAGE || url.href === `${PAGE}index.html`)) {
    event.respondWith(kept(PAGE, request));
  } else if (KEPT.has(url.href)) event.respondWith(kept(url.href, request));
  else if (url.href.startsWith(PAGE) && isHashed(url.href)) event.respondWith(keptOnceUsed(url.href, request));
});

/** All or nothing: a version that did not arrive whole is never used. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const url of [PAGE, ...KEPT]) {
    const old = isHashed(url) ? await caches.match(url) : undefined;
    if (old) {
      await cache.put(url, old);
      continue;
    }
    const response = await fetch(url, { cache: isHashed(url) ? 'default' : 'no-cache' });
    if (!response.ok) throw new Error(`Expected ${url}, got HTTP ${response.status}.`);
    await cache.put(url, isolated(response));
  }
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function kept(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? isolated(await fetch(request));
}

/** What only few have a use for, e.g. ONNX Runtime, is there without a network for those. */
async function keptOnceUsed(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const copy = await cache.match(url);
  if (copy) return copy;
  const response = isolated(await fetch(request));
  // Where there is no room for it, it is fetched again.
  if (response.ok) await cache.put(url, response.clone()).catch(() => {});
  return response;
}

/** With these two headers the page may use threads, also where its host cannot send them. */
function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

export {};
