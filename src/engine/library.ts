import type { FieldWeights } from '../core/types.ts';
import type { Store } from '../store/store.ts';
import { type Collection, openCollection } from './collection.ts';

/** A store and what is held in memory of it, in step with what other tabs commit. */
export interface Library {
  readonly store: Store;
  /** As of the last commit that this tab has heard of. */
  collection(): Collection;
  /**
   * Makes one change at a time, on the newest state, while no other tab writes.
   * @throws EngineError `busy` if another tab is writing.
   */
  change<T>(task: (collection: Collection) => Promise<T>): Promise<T>;
  /** The same for a task that changes the store by itself: its outcome is read into memory afterwards. */
  replace<T>(task: (store: Store) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Another tab commits every few seconds while it indexes: what it added is read again at most this often. */
const REFRESH_MS = 1_000;

export async function openLibrary(store: Store, fields: FieldWeights = {}): Promise<Library> {
  let revision: number;
  let collection: Collection;
  let queue: Promise<unknown> = Promise.resolve();
  let refreshing: ReturnType<typeof setTimeout> | undefined;

  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = queue.then(task, task);
    queue = result.catch(() => {});
    return result;
  };
  const alone = <T>(task: () => Promise<T>): Promise<T> => inTurn(() => store.exclusively(task, { wait: false }));
  const refresh = async () => {
    const newest = await revisionOf(store);
    if (newest === revision) return;
    if (!(await collection.refresh())) {
      const newer = await openCollection(store, fields);
      collection.abandon();
      collection = newer;
    }
    revision = newest;
  };
  const forget = store.onChange(() => {
    refreshing ??= setTimeout(() => {
      refreshing = undefined;
      // A failed look is not the end: the next change or the next news tries again.
      inTurn(refresh).catch(() => {});
    }, REFRESH_MS);
  });

  // Others are listened to from the start: what they commit while this is read is news.
  try {
    await inTurn(async () => {
      revision = await revisionOf(store);
      collection = await openCollection(store, fields);
    });
  } catch (error) {
    forget();
    clearTimeout(refreshing);
    throw error;
  }

  return {
    store,
    collection: () => collection,
    change: (task) =>
      alone(async () => {
        await refresh();
        try {
          return await task(collection);
        } finally {
          revision = await revisionOf(store);
        }
      }),
    replace: (task) =>
      alone(async () => {
        try {
          return await task(store);
        } finally {
          await refresh();
        }
      }),
    async close() {
      forget();
      clearTimeout(refreshing);
      await queue;
      collection.abandon();
      await collection.whole;
      await store.close();
    },
  };
}

/** Goes up by one with every commit of any tab. */
async function revisionOf(store: Store): Promise<number> {
  const snapshot = await store.snapshot();
  snapshot.close();
  return snapshot.revision;
}
