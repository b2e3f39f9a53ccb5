import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { EngineError } from '../core/errors.ts';
import { isBulk, sweep, withBlockFiles } from './block-files.ts';
import { createStore } from './collection.ts';
import type { Home } from './home.ts';
import { migrate, SCHEMA_VERSION } from './migrate.ts';
import { canWriteOpfs, openOpfs } from './opfs.ts';
import { askToPersist, browserUsage, storageError } from './quota.ts';
import type { Derivation, Store } from './store.ts';
import { tabLocks, tabs } from './tabs.ts';

/**
 * The whole database: keys to blocks. Keys and blocks are described in `collection.ts` and `block.ts`. Large blocks of
 * segments are blobs: the browser writes those to files of its own, in half the time.
 */
export interface BlockDatabase extends DBSchema {
  blocks: { key: string; value: ArrayBuffer | Blob };
}

/** Smaller blocks gain nothing as blobs. */
const BLOB_BYTES = 64 << 10;

export interface BrowserOptions {
  readonly derivation?: Derivation;
  /**
   * Where large blocks are written: in IndexedDB unless told, as blobs, which was measured no slower than the other
   * choice, files of the origin's private file system; those only workers can write, and not in all browsers. What was
   * written before is read wherever it lies.
   */
  readonly blocksIn?: 'indexeddb' | 'opfs';
}

/**
 * The collection `name` in this browser's IndexedDB; made if there is none.
 *
 * @throws EngineError `store-version` if a newer Nearfield wrote it, `busy` if a tab with an older one keeps it open.
 */
export async function openBrowserStore(
  name: string,
  { derivation, blocksIn = 'indexeddb' }: BrowserOptions = {},
): Promise<Store> {
  const inner = await openBrowserHome(name);
  const files = await openOpfs(name, blocksIn === 'opfs' && canWriteOpfs());
  const locks = tabLocks(`${name}/files`);
  const home = files ? withBlockFiles(inner, files, locks) : inner;
  // Nobody waits for the sweep: it takes away only what nothing points to.
  const sweeping = files && sweep(inner, files, locks).catch(() => {});
  const close = async () => {
    await sweeping;
    await home.close();
  };
  return createStore({ ...home, close }, { peers: tabs(name), ...(derivation && { derivation }) });
}

/**
 * IndexedDB as a home.
 *
 * Durability is `relaxed`: a commit survives the tab, the worker and the browser being killed, since by then the
 * system has the bytes; a power cut may take the last commits (each wholly), and indexing goes on from there. `strict`
 * would wait for the disk on every commit, for passages that can be embedded again.
 */
export async function openBrowserHome(name: string): Promise<Home> {
  let database: Promise<IDBPDatabase<BlockDatabase>> | undefined;
  let closed = false;
  let askedToPersist = false;
  /** Until the browser has refused one, as some do in private windows. */
  let takesBlobs = true;

  /** Opens again after another tab upgraded or deleted the database, or the browser closed it. */
  const connect = () => {
    if (closed) throw new EngineError('bad-input', 'Expected an open store, got one that was closed.');
    const opening = open(name, () => {
      if (database === opening) database = undefined;
    });
    database = opening;
    opening.catch(() => {
      if (database === opening) database = undefined;
    });
    return opening;
  };
  const connected = () => database ?? connect();
  await connected();

  return {
    async read(keys) {
      const values = await valuesOf(keys);
      return Promise.all(values.map((value) => bytesOf(value).catch(missing)));
    },

    async readParts(parts) {
      const keys = [...new Set(parts.map(({ key }) => key))];
      const values = await valuesOf(keys);
      // A blob is but a name until some of it is asked for.
      const byKey = new Map(keys.map((key, i) => [key, values[i]]));
      return Promise.all(
        parts.map(({ key, at, bytes }) => bytesOf(byKey.get(key)?.slice(at, at + bytes)).catch(missing)),
      );
    },

    async list(prefix) {
      const within = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const blocks = (await connected()).transaction('blocks').store;
      const [keys, values] = await Promise.all([blocks.getAllKeys(within), blocks.getAll(within)]);
      const bytes = await Promise.all(values.map((value) => bytesOf(value).catch(missing)));
      return keys.flatMap((key, i): [string, ArrayBuffer][] => (bytes[i] ? [[key, bytes[i]]] : []));
    },

    async update(keys, plan) {
      try {
        await write(keys, plan);
      } catch (error) {
        if (!takesBlobs || !isRefusal(error)) throw error;
        takesBlobs = false;
        await write(keys, plan);
      }
      if (!askedToPersist) {
        askedToPersist = true;
        void askToPersist();
      }
    },

    usage: () => browserUsage('indexeddb'),

    async close() {
      closed = true;
      const open = await database?.catch(() => undefined);
      database = undefined;
      open?.close();
    },
  };

  /** What is stored under `keys`, all of one moment. */
  async function valuesOf(keys: readonly string[]): Promise<(ArrayBuffer | Blob | undefined)[]> {
    try {
      const blocks = (await connected()).transaction('blocks').store;
      return await Promise.all(keys.map((key) => blocks.get(key)));
    } catch {
      // One block that cannot be read fails the whole transaction: ask for each by itself.
      return Promise.all(
        keys.map(async (key) => (await connected()).get('blocks', key)).map((one) => one.catch(missing)),
      );
    }
  }

  async function write(...[keys, plan]: Parameters<Home['update']>): Promise<void> {
    const transaction = (await connected()).transaction('blocks', 'readwrite', { durability: 'relaxed' });
    const done = transaction.done.then(
      () => undefined,
      (error: unknown) => error ?? transaction.error,
    );
    try {
      const blocks = transaction.store;
      const batch = plan((await Promise.all(keys.map((key) => blocks.get(key)))) as (ArrayBuffer | undefined)[]);
      await Promise.all([
        ...(batch.clear ? [blocks.clear()] : []),
        ...batch.deletes.map((key) => blocks.delete(key)),
        ...batch.puts.map(([key, block]) => blocks.put(asValue(key, block), key)),
      ]);
    } catch (error) {
      abort(transaction);
      throw await storageError(transaction.error ?? error);
    }
    const failure = await done;
    if (failure) throw await storageError(transaction.error ?? failure);
  }

  function asValue(key: string, block: ArrayBuffer): ArrayBuffer | Blob {
    const isLarge = isBulk(key) && block.byteLength >= BLOB_BYTES;
    return takesBlobs && isLarge ? new Blob([block]) : block;
  }
}

const bytesOf = async (value: ArrayBuffer | Blob | undefined) => (value instanceof Blob ? value.arrayBuffer() : value);

/** What a browser says that cannot keep blobs here. */
const isRefusal = (error: unknown) => error instanceof Error && ['DataCloneError', 'UnknownError'].includes(error.name);

async function open(name: string, onLost: () => void): Promise<IDBPDatabase<BlockDatabase>> {
  let refuse: (error: EngineError) => void = () => {};
  const blocked = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  blocked.catch(() => {});
  const opening = openDB<BlockDatabase>(name, SCHEMA_VERSION, {
    upgrade: migrate,
    blocked: () =>
      refuse(
        new EngineError(
          'busy',
          'An older Nearfield has this collection open in another tab; close that tab and try again.',
        ),
      ),
    blocking: (_current, _wanted, event) => {
      onLost();
      (event.target as IDBDatabase).close();
    },
    terminated: onLost,
  });
  try {
    return await Promise.race([opening, blocked]);
  } catch (error) {
    opening.then((database) => database.close()).catch(() => {});
    throw await storageError(error);
  }
}

/** A block that the browser lists but can no longer read (its file is gone) is a missing block. */
async function missing(error: unknown): Promise<undefined> {
  if (error instanceof DOMException && ['DataError', 'NotReadableError', 'UnknownError'].includes(error.name)) return;
  throw await storageError(error);
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has already ended, which is what is wanted.
  }
}
