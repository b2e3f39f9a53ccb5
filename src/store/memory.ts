import { createStore } from './collection.ts';
import type { Home } from './home.ts';
import type { Derivation, Store } from './store.ts';

/** A store that is gone with the process: for one search over a folder, and for tests. */
export const createMemoryStore = (options: { readonly derivation?: Derivation } = {}): Store =>
  createStore(memoryHome(), options);

/** Blocks in a map; copies on the way in and out, as every other home does. */
export function memoryHome(blocks = new Map<string, ArrayBuffer>()): Home {
  const read = async (keys: readonly string[]) => keys.map((key) => blocks.get(key)?.slice(0));
  return {
    read,
    readParts: async (parts) => parts.map(({ key, at, bytes }) => blocks.get(key)?.slice(at, at + bytes)),
    async list(prefix) {
      const keys = [...blocks.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.map((key) => [key, blocks.get(key)!.slice(0)]);
    },
    async update(keys, plan) {
      const batch = plan(keys.map((key) => blocks.get(key)?.slice(0)));
      if (batch.clear) blocks.clear();
      for (const key of batch.deletes) blocks.delete(key);
      for (const [key, block] of batch.puts) blocks.set(key, block.slice(0));
    },
    async usage() {
      let usedBytes = 0;
      for (const block of blocks.values()) usedBytes += block.byteLength;
      return { kind: 'memory', usedBytes };
    },
    async close() {},
  };
}
