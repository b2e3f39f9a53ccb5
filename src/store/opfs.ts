import type { BlockFiles } from './block-files.ts';
import { storageError } from './quota.ts';

/** Only in dedicated workers, and absent from the types of a page. */
interface SyncFile {
  createSyncAccessHandle?(): Promise<{
    write(bytes: ArrayBuffer, options: { at: number }): number;
    flush(): void;
    close(): void;
  }>;
}

/**
 * Block files in the origin's private file system, in a folder of the collection's name.
 *
 * Written through a synchronous handle, with a flush, and closed at once, so that every tab can read them.
 * Undefined where there is no such file system, or no folder yet unless `create`.
 */
export async function openOpfs(name: string, create: boolean): Promise<BlockFiles | undefined> {
  const folder = await folderOf(name, create);
  if (!folder) return undefined;
  return {
    async write(file, block) {
      try {
        const handle = (await folder.getFileHandle(file, { create: true })) as SyncFile;
        const open = await handle.createSyncAccessHandle!();
        try {
          if (open.write(block, { at: 0 }) !== block.byteLength) throw new DOMException('', 'QuotaExceededError');
          open.flush();
        } finally {
          open.close();
        }
      } catch (error) {
        throw await storageError(error);
      }
    },
    async read(file, at = 0, bytes = Number.MAX_SAFE_INTEGER) {
      const handle = await folder.getFileHandle(file).catch(() => undefined);
      return (await handle?.getFile())?.slice(at, at + bytes).arrayBuffer();
    },
    remove: (file) => folder.removeEntry(file),
    async names() {
      const names: string[] = [];
      for await (const one of folder.keys()) names.push(one);
      return names;
    },
    canWrite: canWriteOpfs(),
  };
}

/** Whether this thread can write at once what must be on the disk. */
export const canWriteOpfs = () =>
  typeof (globalThis.FileSystemFileHandle?.prototype as SyncFile | undefined)?.createSyncAccessHandle === 'function';

async function folderOf(name: string, create: boolean): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle('nearfield', { create });
    return await all.getDirectoryHandle(encodeURIComponent(name), { create });
  } catch {
    return undefined;
  }
}
