import { EngineError } from '../../src/core/errors.ts';
import type { LogFolder } from '../../src/store/log.ts';

/** A folder of log files in memory, that can run full, and can stop for good after any number of operations. */
export interface MemoryFolder extends LogFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Bytes a file may have. */
  capacity: number;
  /** Writes, truncations and removals so far. */
  operations: number;
  /** The last operation that still happens (a write: half of it); everything after fails. */
  dieAfter: number;
}

export function memoryFolder(files: Map<string, Uint8Array<ArrayBuffer>>): MemoryFolder {
  const alive = () => {
    if (++folder.operations > folder.dieAfter) throw new Error('the process is gone');
  };
  const resized = (name: string, size: number) => {
    const grown = new Uint8Array(size);
    grown.set(files.get(name)!.subarray(0, size));
    files.set(name, grown);
  };
  const folder: MemoryFolder = {
    files,
    capacity: Number.POSITIVE_INFINITY,
    operations: 0,
    dieAfter: Number.POSITIVE_INFINITY,
    names: async () => [...files.keys()],
    async open(name) {
      if (!files.has(name)) files.set(name, new Uint8Array(0));
      return {
        size: async () => files.get(name)!.length,
        read: async (at, bytes) => files.get(name)!.slice(at, at + bytes),
        async write(at, bytes) {
          alive();
          if (at + bytes.length > folder.capacity) throw new EngineError('quota-exceeded', 'full');
          const part = folder.operations === folder.dieAfter ? bytes.subarray(0, bytes.length >> 1) : bytes;
          if (at + part.length > files.get(name)!.length) resized(name, at + part.length);
          files.get(name)!.set(part, at);
          if (part !== bytes) folder.operations = Number.POSITIVE_INFINITY;
        },
        async truncate(size) {
          alive();
          resized(name, size);
        },
        flush: async () => alive(),
        close: async () => {},
      };
    },
    async remove(name) {
      alive();
      files.delete(name);
    },
    usage: async (usedBytes) => ({ kind: 'files', usedBytes }),
    close: async () => {},
  };
  return folder;
}
