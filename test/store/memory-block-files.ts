import type { BlockFiles } from '../../src/store/block-files.ts';

/** Block files in a map. */
export const memoryBlockFiles = (files = new Map<string, ArrayBuffer>()): BlockFiles => ({
  canWrite: true,
  async write(name, block) {
    files.set(name, block.slice(0));
  },
  read: async (name, at = 0, bytes = Number.POSITIVE_INFINITY) => files.get(name)?.slice(at, at + bytes),
  async remove(name) {
    files.delete(name);
  },
  names: async () => [...files.keys()],
});
