import { EngineError } from '../core/errors.ts';
import type { Usage } from './store.ts';

/** Asking to persist is possible on a page only; no manager at all is there outside secure contexts and in WebKitGTK, and no estimate in Safari before 17. */
type Manager = Partial<Pick<StorageManager, 'persisted' | 'estimate'>> & { persist?(): Promise<boolean> };
const manager = () => (globalThis.navigator as { storage?: Manager } | undefined)?.storage;

/** Asks the browser not to evict this origin's data; where it cannot or will not, everything works as before. */
export async function askToPersist(): Promise<void> {
  await manager()
    ?.persist?.()
    .catch(() => false);
}

/** What this origin uses and may use, as the browser estimates it. */
export async function browserUsage(kind: string): Promise<Usage> {
  const { usage, quota } = (await manager()?.estimate?.()) ?? {};
  const persisted = await manager()?.persisted?.();
  return {
    kind,
    ...(usage === undefined ? {} : { usedBytes: usage }),
    ...(quota === undefined ? {} : { quotaBytes: quota }),
    ...(persisted === undefined ? {} : { persisted }),
  };
}

/**
 * What the browser's storage threw, as an EngineError.
 *
 * Told by name: `QuotaExceededError` is a DOMException or, lately, a class of its own, and reaches us from a request
 * or as the reason of an aborted transaction.
 */
export async function storageError(error: unknown): Promise<unknown> {
  if (error instanceof EngineError || !(error instanceof Error)) return error;
  const options = { cause: { name: error.name, message: error.message } };
  switch (error.name) {
    case 'QuotaExceededError': {
      const { usedBytes, quotaBytes } = await browserUsage('');
      const quota = quotaBytes === undefined ? '' : ` of ${megabytes(quotaBytes)}`;
      const inUse = usedBytes === undefined ? '' : ` (${megabytes(usedBytes)}${quota} in use)`;
      const message = `The browser refused more storage${inUse}. All that was stored before is kept; free some space or remove documents, then add the rest.`;
      return new EngineError('quota-exceeded', message, options);
    }
    case 'VersionError':
      return new EngineError(
        'store-version',
        'A newer Nearfield wrote this collection; reload the page to get that version.',
        options,
      );
    case 'AbortError':
    case 'InvalidStateError':
      return new EngineError(
        'busy',
        `The browser ended the access to storage (${error.message}); nothing of it was kept. Try again.`,
        options,
      );
    default:
      return error;
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
