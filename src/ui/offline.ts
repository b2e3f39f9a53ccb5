import type { State } from './state.ts';
import type { Store } from './store.ts';

/** Set by the build: only a built page has its files listed for the service worker. */
declare global {
  interface ImportMeta {
    readonly env: { readonly OFFLINE?: boolean };
  }
}

const RELOADED = 'nearfield-isolated';

/** Lets the service worker keep the page for offline use, and tells the state how that stands. */
export function keepOffline(store: Store<State>): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker || !import.meta.env.OFFLINE) return;

  addEventListener('nf-update', () => void update(serviceWorker));
  serviceWorker.addEventListener('controllerchange', () => isolateOnce(store));
  serviceWorker
    .register('./service-worker.js')
    .then(async (registration) => {
      const look = () => store.set({ update: registration.waiting !== null && serviceWorker.controller !== null });
      registration.addEventListener('updatefound', () =>
        registration.installing?.addEventListener('statechange', look),
      );
      look();
      await serviceWorker.ready;
      store.set({ offlineReady: true });
    })
    .catch(() => {}); // Without one the page works, only not offline.
}

/** The waiting version takes over, and the page with it. */
async function update(container: ServiceWorkerContainer): Promise<void> {
  const registration = await container.getRegistration();
  if (!registration?.waiting) return;
  container.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration.waiting.postMessage('take-over');
}

/**
 * A host that cannot send headers leaves the page without threads, until the service worker adds them.
 * So the page is loaded once more when the worker has taken over, if nobody has begun anything yet.
 */
function isolateOnce(store: Store<State>): void {
  const { adding, query } = store.get();
  if (crossOriginIsolated || adding || query || sessionStorage.getItem(RELOADED)) return;
  sessionStorage.setItem(RELOADED, 'yes');
  location.reload();
}
