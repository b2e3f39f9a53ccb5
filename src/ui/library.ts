import type { Engine } from '../core/engine.ts';
import type { DocumentId } from '../core/types.ts';
import { saveFile } from './save.ts';
import { type State, toFailure } from './state.ts';
import type { Store } from './store.ts';

/** Keeps the state's documents and status in step with the engine. */
export interface Library {
  /** The first look at what is stored. */
  open(): Promise<void>;
  refresh(): Promise<void>;
  refreshStatus(): Promise<void>;
  /** Called with every progress: looks again every so often, so that what is committed can be seen and searched; then calls `onNews`. */
  follow(onNews: () => void): void;
  remove(documents: readonly DocumentId[]): Promise<void>;
  clear(): Promise<void>;
  /** Hands the person the whole collection as one file. */
  save(): Promise<void>;
  /** Adds what such a file holds. */
  restore(file: Blob): Promise<void>;
}

const FOLLOW_EVERY_MS = 1500;

export function createLibrary(engine: Engine, store: Store<State>): Library {
  let looked = 0;
  let looking = false;

  const refresh = async () => {
    looked = performance.now();
    looking = true;
    try {
      const [documents, status] = await Promise.all([engine.documents(), engine.status()]);
      store.set({ documents, status, boot: 'ready', failure: undefined });
    } catch (error) {
      // A refresh that fails leaves what is shown; only the first look has nothing to show.
      if (store.get().boot !== 'ready') store.set({ boot: 'failed', failure: toFailure(error) });
    } finally {
      looking = false;
    }
  };
  const change = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      store.set({ outcome: { kind: 'failed', added: 0, unchanged: 0, skipped: [], failure: toFailure(error) } });
    }
    await refresh();
  };

  return {
    async open() {
      store.set({ boot: 'opening', failure: undefined });
      await refresh();
    },
    refresh,
    async refreshStatus() {
      store.set({ status: await engine.status().catch(() => store.get().status) });
    },
    follow(onNews) {
      if (!looking && performance.now() - looked > FOLLOW_EVERY_MS) void refresh().then(onNews);
    },
    remove: (documents) => change(engine.remove(documents)),
    clear: () => change(engine.clear()),
    save: () =>
      change(
        engine.exportCollection().then((file) => {
          saveFile(file, `${store.get().words.library} ${new Date().toISOString().slice(0, 10)}.nearfield`);
        }),
      ),
    restore: (file) =>
      change(
        engine.importCollection(file).then(({ imported, unchanged }) => {
          store.set({ outcome: { kind: 'done', added: imported, unchanged, skipped: [] } });
        }),
      ),
  };
}
